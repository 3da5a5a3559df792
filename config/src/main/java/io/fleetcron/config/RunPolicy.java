package io.fleetcron.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How a job's runs are treated: how long they may take, what follows a failure, a delay, a loss, and who hears of it. Immutable.
 *
 * <p>Defaults: no timeout; 30 s between SIGTERM and SIGKILL; exit status 0 is success; no retries, and where there are some
 * 10 s between them, no backoff, and after every failure and time-out; overlapping fires are skipped; no late fire is caught up, and where some are, those of the last hour; tolerance
 * two leases and 30 s, at least 60 s; a lost run is not repeated; one host of the fleet.
 *
 * @param timeout how long one attempt may take; absent means without limit
 * @param killAfter time between SIGTERM and SIGKILL of the process tree
 * @param success the exit statuses of a command that has done its work
 * @param retries how often and how far apart a failing command is tried
 * @param overlap what happens to fires that come due while the job runs
 * @param catchUp what happens to fires that no host could start on time
 * @param tolerance how late a claim may be and still count as on time; absent means as long as a host's death may go
 *     unnoticed, see {@link #tolerance(Optional)}
 * @param onLost what happens to a run whose host died
 * @param runOn one host of the fleet, or every host
 * @param placement which instances may run it, and which go first
 * @param group with which other jobs it must not run together; absent means with none
 * @param notices who is notified of its runs
 */
public record RunPolicy(
        Optional<Duration> timeout,
        Duration killAfter,
        ExitStatuses success,
        Retries retries,
        Overlap overlap,
        CatchUp catchUp,
        Optional<Duration> tolerance,
        OnLost onLost,
        RunOn runOn,
        Placement placement,
        Optional<RunGroup> group,
        Notices notices) {

    /** What holds where neither job nor main file says anything. */
    public static final RunPolicy USUAL = new RunPolicy(
            Optional.empty(),
            Duration.ofSeconds(30),
            ExitStatuses.ZERO,
            Retries.NONE,
            Overlap.SKIP,
            CatchUp.NONE,
            Optional.empty(),
            OnLost.SKIP,
            RunOn.ONE,
            Placement.ANYWHERE,
            Optional.empty(),
            Notices.NONE);

    /** The same elsewhere. */
    public RunPolicy on(RunOn where) {
        return new RunPolicy(
                timeout, killAfter, success, retries, overlap, catchUp, tolerance, onLost, where, placement, group,
                notices);
    }

    /** The same in a group of jobs. */
    public RunPolicy in(Optional<RunGroup> jobs) {
        return new RunPolicy(
                timeout, killAfter, success, retries, overlap, catchUp, tolerance, onLost, runOn, placement, jobs,
                notices);
    }

    /** The same with other notifications. */
    public RunPolicy notifying(Notices others) {
        return new RunPolicy(
                timeout, killAfter, success, retries, overlap, catchUp, tolerance, onLost, runOn, placement, group,
                others);
    }

    /** Who gets mail; absent means nobody. */
    public Optional<Mail> mail() {
        return notices.mail();
    }

    /** How late a claim may be at least, where the job says nothing else. */
    private static final Duration LEAST_TOLERANCE = Duration.ofSeconds(60);

    /**
     * How late a claim may be and still count as on time.
     *
     * @param lease how long the server keeps the locks of a host that died; empty for a local file system
     */
    public Duration tolerance(Optional<Duration> lease) {
        return tolerance.orElseGet(() -> usualTolerance(lease));
    }

    /** Two leases, since the death of a holder is noticed after one, and 30 s. */
    public static Duration usualTolerance(Optional<Duration> lease) {
        return lease.map(kept -> kept.multipliedBy(2).plusSeconds(30))
                .filter(usual -> usual.compareTo(LEAST_TOLERANCE) > 0)
                .orElse(LEAST_TOLERANCE);
    }

    /**
     * Attempts of one run.
     *
     * @param attempts how often the command is started at most, the first time included; 1 means no retry
     * @param delay wait before the second attempt
     * @param backoff factor by which the wait grows for each further attempt
     * @param on after which ends of an attempt another one follows
     */
    public record Retries(int attempts, Duration delay, double backoff, RetryOn on) {
        /** The command is started once. */
        public static final Retries NONE = new Retries(1, Duration.ZERO, 1.0);

        /** After every failure and time-out. */
        public Retries(int attempts, Duration delay, double backoff) {
            this(attempts, delay, backoff, RetryOn.ANY);
        }
    }

    /**
     * After which ends of an attempt another one follows; none does after a success.
     *
     * @param statuses after a failure with one of these exit statuses
     * @param timeouts after a time-out
     */
    public record RetryOn(ExitStatuses statuses, boolean timeouts) {
        /** After every failure and time-out. */
        public static final RetryOn ANY = new RetryOn(ExitStatuses.ALL, true);
    }

    /** What happens to fires that come due while the job runs. */
    public enum Overlap {
        /** They are settled as skipped. */
        SKIP,
        /** The newest one runs afterwards, the others are skipped. */
        QUEUE,
        /** The running one is ended, then the newest one runs. */
        REPLACE
    }

    /**
     * What happens to fires that no host could start on time.
     *
     * @param policy which of them still run
     * @param within how long after its scheduled time a fire may still be started
     */
    public record CatchUp(CatchUpPolicy policy, Duration within) {
        /** No late fire is started. */
        public static final CatchUp NONE = new CatchUp(CatchUpPolicy.NONE, Duration.ZERO);
    }

    /** Which late fires still run. */
    public enum CatchUpPolicy {
        /** None: they are settled as missed. */
        NONE,
        /** The newest one; the others are missed. */
        LATEST,
        /** Each of them, oldest first. */
        ALL
    }

    /** What happens to a run whose host died. */
    public enum OnLost {
        /** It is settled as lost. */
        SKIP,
        /** The same fire is started again, with a higher token. */
        RERUN
    }

    /** Where a job runs. */
    public enum RunOn {
        /** On exactly one host of the fleet. */
        ONE,
        /** On every host, independent of the shared directory. */
        EVERY
    }
}
