package io.fleetcron.cli;

/** Exit statuses, the same for each command. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** Done, and something is wrong. */
    static final int PROBLEM = 1;
    /** The command line or the configuration cannot be used. */
    static final int USAGE = 2;

    /** On record, but not in force on every host: EX_TEMPFAIL of sysexits.h. */
    static final int PENDING = 75;

    private ExitCode() {}
}
