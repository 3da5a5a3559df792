package io.fleetcron.run;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a supervisor needs to know about its run. Immutable.
 *
 * @param job the job's name
 * @param fire the scheduled time
 * @param token the fencing token
 * @param instance the instance that claimed it
 * @param argv the words to execute
 * @param env the command's whole environment, without the FLEETCRON_ variables, which the launcher adds
 * @param workingDir where the command starts
 * @param timeout limit of one attempt
 * @param killAfter time between SIGTERM and SIGKILL
 * @param retryDelays the wait before the second, third, … attempt; empty means one attempt
 * @param outputCap bytes of output kept, rounded up to whole blocks of 512
 * @param lockDescriptor this process' descriptor that owns the lock; becomes descriptor 3 of the supervisor
 * @param beatOffset where in the lock file heartbeats may stand: blocks of 512 bytes from here up to
 *     {@code exitOffset}, of which the newest counts. With a lease at least 8192, because no standard tool can move
 *     an open file's offset back further than that
 * @param exitOffset where in the lock file the exit record of 512 bytes is written; like {@code beatOffset} a multiple
 *     of 512, and larger
 * @param lease how long the server keeps a silent client's locks; absent on local storage: no heartbeat, no fencing
 * @param claimedUptime the boot-time clock when the claim began: the first heartbeat
 * @param started the fleet's time when the run started
 */
public record RunSpec(
        String job,
        Instant fire,
        long token,
        String instance,
        List<String> argv,
        Map<String, String> env,
        Path workingDir,
        Optional<Duration> timeout,
        Duration killAfter,
        List<Duration> retryDelays,
        long outputCap,
        int lockDescriptor,
        long beatOffset,
        long exitOffset,
        Optional<Duration> lease,
        Duration claimedUptime,
        Instant started) {

    public RunSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        retryDelays = List.copyOf(retryDelays);
    }
}
