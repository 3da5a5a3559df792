package io.fleetcron.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How people are notified from this host. Immutable and thread-safe.
 *
 * @param sendmail the program that takes mails
 * @param receivers where notifications go, by name
 * @param heartbeat what hears that the fleet is alive; absent means nothing
 * @param proxy through which HTTP servers are reached: {@code http://HOST:PORT}
 */
public record Delivery(
        Path sendmail, Map<String, Receiver> receivers, Optional<Heartbeat> heartbeat, Optional<URI> proxy) {

    public Delivery {
        receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    }

    /**
     * A check that expects a request from the fleet as long as one of its instances is alive.
     *
     * @param url what is requested
     * @param every how often, by one instance each time
     */
    public record Heartbeat(String url, Duration every) {}
}
