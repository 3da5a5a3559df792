package io.fleetcron.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where notifications go. Immutable and thread-safe. */
public sealed interface Receiver {

    /**
     * An HTTP server that takes a POST request.
     *
     * @param url where to; may have {@code ${NAME}} for a variable of {@code envFile}, as header values may
     * @param headers added to the request
     * @param body the request's body, with {@code ${NAME}} for a field of the notification or a variable of
     *     {@code envFile}; absent means all fields as one JSON object
     * @param envFile secrets, read for each request
     */
    record Webhook(String url, Map<String, String> headers, Optional<String> body, Optional<Path> envFile)
            implements Receiver {

        /** What a body may name of each notification, in the order of its JSON object. */
        public static final List<String> FIELDS = List.of(
                "text",
                "id",
                "event",
                "job",
                "description",
                "outcome",
                "fire",
                "through",
                "count",
                "host",
                "instance",
                "token",
                "attempts",
                "started",
                "ended",
                "exit",
                "reason");

        public Webhook {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

    /**
     * A program that reads the fields as one JSON object from its standard input.
     *
     * @param argv the program and its arguments
     */
    record Program(List<String> argv) implements Receiver {
        public Program {
            argv = List.copyOf(argv);
        }
    }

    /**
     * A mail, as {@link Mail} describes it.
     *
     * @param to addresses or local users, at least one
     */
    record MailBox(List<String> to) implements Receiver {
        public MailBox {
            to = List.copyOf(to);
        }
    }
}
