package io.fleetcron.config.yaml;

import java.nio.file.Path;
import java.util.Locale;

/**
 * One thing that is wrong with a configuration file, in words for the person who wrote the file.
 *
 * @param file as the operator named it
 * @param line from 1
 * @param column from 1, in code points
 * @param severity whether the configuration can still be used
 * @param message what was found and what is allowed, in one line
 */
public record Problem(Path file, int line, int column, Severity severity, String message) {
    /** Whether a configuration with this problem can be used. */
    public enum Severity {
        /** It cannot. */
        ERROR,
        /** It can, but it probably does not do what was meant. */
        WARNING
    }

    /** Whether this problem makes the configuration unusable. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line:column: error: message}, the form that editors and scripts read. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + severity.name().toLowerCase(Locale.ROOT) + ": " + message;
    }
}
