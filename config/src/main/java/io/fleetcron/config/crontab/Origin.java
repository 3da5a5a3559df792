package io.fleetcron.config.crontab;

/**
 * Where something was read.
 *
 * @param file as the operator knows it
 * @param line from 1
 * @param text the line as it stands there
 */
public record Origin(String file, int line, String text) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
