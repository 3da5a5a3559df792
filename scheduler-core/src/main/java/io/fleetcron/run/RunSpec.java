package io.fleetcron.run;

import io.fleetcron.fleet.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * All that a supervisor needs to know about its run. Immutable.
 *
 * @param run which run it is
 * @param started the fleet's time when it was claimed
 * @param command what it starts
 * @param timeout limit of one attempt
 * @param killAfter time between SIGTERM and SIGKILL
 * @param attempts how often the command is started, and what its ends mean
 * @param outputCap bytes of output kept
 * @param lock what it holds
 */
public record RunSpec(
        RunId run,
        Instant started,
        CommandSpec command,
        Optional<Duration> timeout,
        Duration killAfter,
        Attempts attempts,
        long outputCap,
        Lock lock) {

    /**
     * How often a command is started, and what its ends mean.
     *
     * @param delays the wait before the second, third, … attempt; empty means one attempt
     * @param success the exit statuses, 0 to 255, of a command that has done its work
     * @param retry the exit statuses of failures after which another attempt follows
     * @param retryTimeouts whether one follows an attempt that took too long
     */
    public record Attempts(List<Duration> delays, Set<Integer> success, Set<Integer> retry, boolean retryTimeouts) {
        /** One more than the largest exit status: wait(2). */
        static final int STATUSES = 256;

        static final Set<Integer> ZERO = Set.of(0);
        static final Set<Integer> ANY = IntStream.range(0, STATUSES).boxed().collect(Collectors.toUnmodifiableSet());

        public Attempts {
            delays = List.copyOf(delays);
            success = Set.copyOf(success);
            retry = Set.copyOf(retry);
        }

        /** With 0 for success, and another attempt after each failure. */
        static Attempts after(List<Duration> delays) {
            return new Attempts(delays, ZERO, ANY, true);
        }
    }

    /**
     * The lock that lives as long as the run, and the file's places that belong to the run.
     *
     * @param descriptor this process' descriptor that owns the lock; becomes descriptor 3 of the supervisor
     * @param slot of the job's group, which lives as long as the run too
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
            Optional<Slot> slot,
            long beatOffset,
            long exitOffset,
            Optional<Duration> lease,
            Duration claimedUptime,
            Instant claimedWall) {}

    /**
     * A slot of a group.
     *
     * @param name of its file
     * @param descriptor this process' descriptor that owns it; becomes descriptor 7 of the supervisor
     */
    public record Slot(String name, int descriptor) {}
}
