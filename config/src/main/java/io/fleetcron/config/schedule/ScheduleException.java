package io.fleetcron.config.schedule;

/** A schedule that cannot be read, or that can never fire. The message says what was found; the hint what to write. */
public final class ScheduleException extends RuntimeException {

    private final int column;
    private final String hint;

    /**
     * Creates the report of one mistake.
     *
     * @param column where the mistake starts in the expression, from 1
     * @param message what was found and what is allowed, one sentence without a full stop
     * @param hint what to do about it, one sentence without a full stop
     */
    public ScheduleException(int column, String message, String hint) {
        super(message);
        this.column = column;
        this.hint = hint;
    }

    /** Where the mistake starts in the expression, from 1. */
    public int column() {
        return column;
    }

    /** What to do about it. */
    public String hint() {
        return hint;
    }
}
