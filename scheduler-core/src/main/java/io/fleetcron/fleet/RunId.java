package io.fleetcron.fleet;

import java.time.Instant;

/**
 * Which run it is. Immutable.
 *
 * @param fire what was started
 * @param token the fencing token of its claim: a fire that is started again gets a higher one
 * @param instance the instance that claimed it
 */
public record RunId(Fire fire, long token, String instance) {

    /** Of its parts. */
    public RunId(String job, Instant time, long token, String instance) {
        this(new Fire(job, time), token, instance);
    }

    /** The job's name. */
    public String job() {
        return fire.job();
    }

    /** The scheduled time. */
    public Instant time() {
        return fire.time();
    }
}
