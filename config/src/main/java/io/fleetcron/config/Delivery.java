package io.fleetcron.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How people are notified from this host. Immutable and thread-safe.
 *
 * @param sendmail the program that takes mails
 * @param receivers where notifications go, by name
 * @param proxy through which HTTP servers are reached: {@code http://HOST:PORT}
 */
public record Delivery(Path sendmail, Map<String, Receiver> receivers, Optional<URI> proxy) {

    public Delivery {
        receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    }
}
