package io.fleetcron.config.crontab;

/**
 * Which keys of a job the import may use. Without one, the job says the same in its command, or a comment says what is
 * missing; this is the one place to change once the loader knows the key.
 *
 * @param user runs the command as another user
 * @param shell runs the command line, instead of {@code /bin/sh}
 * @param stdin is what the command reads
 * @param mail {@code {to, on}}: who gets the output
 */
record Keys(boolean user, boolean shell, boolean stdin, boolean mail) {
    /** What the loader of this version knows. */
    static final Keys TODAY = new Keys(false, false, false, false);
}
