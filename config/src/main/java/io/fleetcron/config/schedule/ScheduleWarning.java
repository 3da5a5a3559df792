package io.fleetcron.config.schedule;

/**
 * A schedule that is valid and probably not what its author meant.
 *
 * @param column where the doubtful part starts in the expression, from 1
 * @param message what the expression really says, in one or two sentences
 * @param group warnings with the same text here have one cause outside their expressions, such as a zone's clock
 *     changes, and may be said once; empty for those of the expression itself
 */
public record ScheduleWarning(int column, String message, String group) {}
