package io.fleetcron.config.schedule;

/**
 * A schedule that is valid and probably not what its author meant.
 *
 * @param column where the doubtful part starts in the expression, from 1
 * @param message what the expression really says, in one or two sentences
 */
public record ScheduleWarning(int column, String message) {}
