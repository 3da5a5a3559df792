package io.fleetcron.config.calendar;

import io.fleetcron.config.yaml.Position;

/** A property of an event that cannot be read. The message says what was found and what to do. */
final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Position at;

    UnreadableException(Position at, String message) {
        super(message);
        this.at = at;
    }

    Position at() {
        return at;
    }
}
