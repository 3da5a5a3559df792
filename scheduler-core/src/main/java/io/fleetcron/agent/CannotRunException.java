package io.fleetcron.agent;

/** This host cannot give a command what its job asks for. */
final class CannotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    CannotRunException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** What was found, where, and what to do. */
    String reason() {
        return reason;
    }
}
