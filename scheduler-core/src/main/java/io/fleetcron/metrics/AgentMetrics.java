package io.fleetcron.metrics;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Version;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.membership.Membership;
import io.fleetcron.observe.LedgerFiles;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one agent: what its parts report goes in here, and is published from here. Thread-safe; only {@link #follow}
 * and {@link #awaitWritten} block.
 */
public final class AgentMetrics {

    /** How often the file is written, and how often it is looked which ledgers have changed. */
    public static final Duration INTERVAL = Duration.ofSeconds(15);

    /** In each interval: 500 jobs that nobody reports are read within ten minutes, thousands that change within one. */
    private static final int MOST_READS = 200;

    /** How far clocks of other hosts may be ahead. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private final JobBoard board = new JobBoard();
    private final Register register;
    private final Stopwatch watch;
    private final Publisher publisher;
    private final Set<String> running = new HashSet<>();
    private volatile Sources sources;
    private volatile @Nullable Future<?> last;

    /**
     * @param time this host's own time
     * @param allowed how many runs this instance may have at once
     */
    public AgentMetrics(Metrics wanted, HostTime time, int allowed) {
        this.sources = Sources.none(time);
        this.register = new Register(board, () -> sources, Version.current(), allowed);
        this.watch = new Stopwatch(register.storage, time::bootNanos);
        this.publisher = new Publisher(wanted, INTERVAL, register::text);
    }

    /** The same files, each operation timed. */
    public SharedFiles timed(SharedFiles files) {
        return new TimedFiles(files, watch);
    }

    /** The same locks, each operation timed. */
    public LockDirectory timed(LockDirectory locks) {
        return new TimedLocks(locks, watch);
    }

    /** Where the metrics come from that nobody reports. To be called before {@link #start}. */
    public void join(Sources from) {
        sources = from;
    }

    /** Begins to publish. */
    public void start() {
        publisher.start();
    }

    /**
     * A configuration is in force.
     *
     * @param jobs those of this instance
     */
    public void applied(Collection<JobDefinition> jobs, Delivery delivery) {
        board.define(jobs);
        jobs.forEach(job -> register.expect(job.name()));
        receivers(jobs, delivery).forEach(register::expectNotifications);
        register.reloadSuccessful.set(1);
        register.reloaded.set(Register.seconds(clock().instant()));
    }

    /** The receivers under whose names notifications are counted. */
    private static Set<String> receivers(Collection<JobDefinition> jobs, Delivery delivery) {
        Set<String> all = new TreeSet<>();
        delivery.receivers().forEach((name, receiver) -> all.add(receiver instanceof MailBox ? "mail" : name));
        for (JobDefinition job : jobs) {
            job.policy().mail().ifPresent(mail -> all.add("mail"));
            job.policy().notices().ping().ifPresent(ping -> all.add("ping"));
        }
        delivery.heartbeat().ifPresent(heartbeat -> all.add("heartbeat"));
        return all;
    }

    /** A configuration was refused, and an earlier one stays in force. */
    public void refused() {
        register.reloadSuccessful.set(0);
    }

    /** What hears of each ledger of that lane that is read or written. */
    public BiConsumer<String, LedgerRecord> ledgers(RunOn where) {
        return (job, record) -> board.seen(where, job, record, clock().instant());
    }

    /** What hears of each notification that is over: of its receiver, and whether it was delivered. */
    public BiConsumer<String, Boolean> notifications() {
        return (receiver, delivered) -> register.notifications
                .labelValues(receiver, delivered ? "delivered" : "failed")
                .inc();
    }

    /** A try to claim what is due of a job is over. */
    public void tried(LockAttempt attempt) {
        register.claims.labelValues(word(attempt)).inc();
    }

    private static String word(LockAttempt attempt) {
        if (attempt instanceof LockAttempt.Idle) {
            return "granted";
        }
        if (attempt instanceof LockAttempt.Elsewhere) {
            return "elsewhere";
        }
        if (attempt instanceof LockAttempt.Held) {
            return "held";
        }
        if (attempt instanceof LockAttempt.Unfit) {
            return "unfit";
        }
        if (attempt instanceof LockAttempt.GroupFull) {
            return "group_full";
        }
        if (attempt instanceof LockAttempt.Full) {
            return "full";
        }
        return attempt instanceof LockAttempt.Failed ? "failed" : "in_doubt";
    }

    /** A run has begun here, or was adopted. */
    public synchronized void began(RunId run) {
        running.add(run.job());
        register.running.set(running.size());
    }

    /** A run is over. */
    public synchronized void over(RunId run, RunEnd end) {
        running.remove(run.job());
        register.running.set(running.size());
        if (end.outcome() == Outcome.FENCED) {
            register.fenced.inc();
        }
    }

    /** Fires are settled by this instance. */
    public void settled(String job, List<Settlement> all) {
        all.forEach(settled -> count(job, settled));
    }

    private void count(String job, Settlement settled) {
        register.fires.labelValues(job, settled.outcome().word()).inc(settled.count());
        Optional<Instant> started = settled.started();
        if (!settled.outcome().ran() || started.isEmpty()) {
            return;
        }
        register.attempts.labelValues(job).inc(settled.attempts());
        if (settled.trigger() == RunOrigin.SCHEDULE) {
            register.startDelay.labelValues(job).observe(seconds(settled.fire(), started.get()));
        }
        if (settled.outcome() != Outcome.LOST) {
            register.runDuration.labelValues(job).observe(seconds(started.get(), settled.ended()));
        }
    }

    /** Clocks of hosts differ by a little. */
    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Register.seconds(Duration.between(from, to)));
    }

    /**
     * Reads the ledgers that have changed, or that nobody has read for long, without their locks. Blocks on storage; one caller
     * at a time.
     */
    public void follow(Membership members, SharedRoot root, SharedLayout layout) throws IOException {
        Instant now = clock().instant();
        board.measure(now);
        LedgerFiles ledgers = new LedgerFiles(root, layout.jobs(), now.plus(CLOCKS));
        Set<String> wanted = new LinkedHashSet<>(board.judge(sources.leftOut(), now));
        wanted.addAll(board.toRead(members::settled, members::newestToken, now, MOST_READS));
        for (String job : wanted.stream().limit(MOST_READS).toList()) {
            Optional<LedgerRecord> read = ledgers.read(job).flatMap(SeenLedger::record);
            read.ifPresentOrElse(record -> board.seen(RunOn.ONE, job, record, now), () -> board.missed(job, now));
        }
        board.judge(sources.leftOut(), now);
    }

    /** Begins to write the file for the last time, and serves nothing more. Returns at once. */
    public void finish() {
        last = publisher.finish();
    }

    /** Waits until that is done, but not for a folder that hangs. */
    public void awaitWritten(Duration atMost) throws InterruptedException {
        Future<?> begun = last;
        if (begun != null) {
            Publisher.await(begun, atMost);
        }
    }

    byte[] text() {
        return register.text();
    }

    private InstantSource clock() {
        return sources.clock();
    }
}
