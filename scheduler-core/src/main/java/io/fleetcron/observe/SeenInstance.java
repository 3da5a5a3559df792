package io.fleetcron.observe;

import io.fleetcron.fleet.Member;
import java.time.Instant;

/**
 * An instance as the member table shows it. Immutable.
 *
 * @param member what it says of itself
 * @param seen when it said so, by the fleet's time
 * @param alive whether that is recent
 */
public record SeenInstance(Member member, Instant seen, boolean alive) {}
