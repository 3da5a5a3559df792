package io.fleetcron.command;

/** This host cannot give a command what its job asks for. */
public final class CannotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    CannotRunException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** What was found, where, and what to do. */
    public String reason() {
        return reason;
    }
}
