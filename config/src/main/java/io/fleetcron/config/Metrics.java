package io.fleetcron.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an agent publishes for Prometheus. Immutable and thread-safe.
 *
 * @param textfile the file that node_exporter's textfile collector reads; absent means none
 * @param listen where metrics are served by HTTP; absent means nowhere
 */
public record Metrics(Optional<Path> textfile, Optional<InetSocketAddress> listen) {

    /** Nothing. */
    public static final Metrics NONE = new Metrics(Optional.empty(), Optional.empty());
}
