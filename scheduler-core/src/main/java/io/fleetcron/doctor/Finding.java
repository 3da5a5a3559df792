package io.fleetcron.doctor;

/**
 * The result of one check. Immutable.
 *
 * @param check a stable word for programs
 * @param level how bad it is
 * @param text what was found and, unless all is well, what to do
 */
public record Finding(String check, Level level, String text) {

    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** The guarantee holds, but something is not as it should be. */
        WARN,
        /** The guarantee does not hold here, or the agent refuses to start. */
        FAIL
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Level.OK, text);
    }

    static Finding warn(String check, String text) {
        return new Finding(check, Level.WARN, text);
    }

    static Finding fail(String check, String text) {
        return new Finding(check, Level.FAIL, text);
    }
}
