package io.fleetcron.config.crontab;

/** A line that cannot become a job; the message says why, and what to do. */
public final class RefusedLine extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedLine(String message) {
        super(message, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
