package io.fleetcron.config.crontab;

/**
 * Why crond ran nothing of a file.
 *
 * @param line on which; 0 if it is the file itself
 * @param reason what crond found there
 */
public record Ignored(int line, String reason) {}
