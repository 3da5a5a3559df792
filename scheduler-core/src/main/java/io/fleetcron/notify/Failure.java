package io.fleetcron.notify;

/**
 * Why something was not delivered.
 *
 * @param why in one line
 * @param again whether another try may succeed
 */
record Failure(String why, boolean again) {}
