package io.fleetcron.run;

import io.fleetcron.fleet.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that a supervisor needs to know about its run. Immutable.
 *
 * @param run which run it is
 * @param started the fleet's time when it was claimed
 * @param command what it starts
 * @param timeout limit of one attempt
 * @param killAfter time between SIGTERM and SIGKILL
 * @param retryDelays the wait before the second, third, … attempt; empty means one attempt
 * @param outputCap bytes of output kept
 * @param lock what it holds
 */
public record RunSpec(
        RunId run,
        Instant started,
        CommandSpec command,
        Optional<Duration> timeout,
        Duration killAfter,
        List<Duration> retryDelays,
        long outputCap,
        Lock lock) {

    public RunSpec {
        retryDelays = List.copyOf(retryDelays);
    }

    /**
     * The lock that lives as long as the run, and the file's places that belong to the run.
     *
     * @param descriptor this process' descriptor that owns the lock; becomes descriptor 3 of the supervisor
     * @param beatOffset where in the lock file heartbeats are written: blocks of 512 bytes from here up to
     *     {@code exitOffset}, of which the newest counts
     * @param exitOffset where in the lock file the exit record of 512 bytes is written; like {@code beatOffset} a
     *     multiple of 512, and larger
     * @param lease how long the server keeps a silent client's locks; absent on local storage: no heartbeat, no fencing
     * @param claimedUptime the boot-time clock when the claim's write began: the first proof of the lock
     * @param claimedWall this host's own clock at that moment
     */
    public record Lock(
            int descriptor,
            long beatOffset,
            long exitOffset,
            Optional<Duration> lease,
            Duration claimedUptime,
            Instant claimedWall) {}
}
