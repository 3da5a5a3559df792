package io.fleetcron.cli.option;

/** Exit statuses, the same for each command. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** Done, and something is wrong. */
    public static final int PROBLEM = 1;
    /** The command line or the configuration cannot be used. */
    public static final int USAGE = 2;

    /** On record, but not in force on every host: EX_TEMPFAIL of sysexits.h. */
    public static final int PENDING = 75;

    private ExitCode() {}
}
