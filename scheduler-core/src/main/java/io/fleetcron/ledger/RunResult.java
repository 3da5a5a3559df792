package io.fleetcron.ledger;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * The true end of a run, from its supervisor.
 *
 * @param token which run
 * @param outcome how it ended
 * @param exit the last attempt's exit status
 * @param attempts how often the command was started
 * @param ended when
 */
public record RunResult(long token, Outcome outcome, OptionalInt exit, int attempts, Instant ended) {}
