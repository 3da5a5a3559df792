package io.fleetcron.fleet;

import java.time.Instant;

/**
 * A sign of life. Immutable.
 *
 * @param member what an instance said of itself
 * @param at when, by the fleet's time as that instance knows it
 * @param number grows by one with each beat of one life of the instance, so that no two beats look alike
 */
public record MemberBeat(Member member, Instant at, long number) {}
