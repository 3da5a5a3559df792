package io.fleetcron.notify;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.late.Late;
import io.fleetcron.late.Lateness;
import io.fleetcron.late.Told;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.membership.Ranking;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds jobs that are late, and has that told once. Each job is watched by one live instance, whichever runs it: the first in
 * an order that all have alike. It reads the job's ledger when something may be late, which is about once for each fire, and
 * what was told stands in a file, where whoever watches the job after it finds it. Only jobs with such keys are watched.
 * Thread-safe; {@link #look} is for one caller at a time.
 */
public final class LateWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LateWatch.class);

    /** How soon it is looked again while a job is late. */
    private static final Duration SOON = Duration.ofSeconds(15);

    /** How soon it is looked again where that depends on what becomes of a fire. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** The order in which instances watch a job is that of this fire. */
    private static final Instant ORDER = Instant.EPOCH;

    private static final String LOCK = "notices.lock";

    private final Notifier.Place place;
    private final Optional<LockDirectory> locks;
    private final String instance;
    private final InstantSource clock;
    private final Situation situation;
    private final Teller teller;
    private final Map<String, Watched> watched = new HashMap<>();
    private volatile Map<String, JobDefinition> jobs = Map.of();
    private volatile Instant configured = Instant.EPOCH;
    private Optional<Set<String>> alive = Optional.empty();

    /** What no ledger says of jobs. */
    @FunctionalInterface
    public interface Situation {
        /** Which fires of that job people keep from starting, as far as this instance knows. */
        LeftOut leftOut(JobDefinition job, Instant now);

        /**
         * Since when a job that nobody has claimed yet is due by its schedule. Blocks on storage.
         *
         * @param own since when this instance has it
         */
        default Instant since(JobDefinition job, Instant own) throws StorageException {
            return own;
        }
    }

    /** Whom to tell. */
    public interface Teller {
        /** Whether anybody wants to know of that job. */
        boolean isWanted(JobDefinition job);

        /** Sees to it that they are told, by this instance or, if it is gone, by another. Blocks on storage. */
        void tell(JobDefinition job, Late late);
    }

    /**
     * What this instance knows of a job that it watches.
     *
     * @param next before then nothing can be late that is not by now
     */
    private record Watched(JobDefinition job, Instant next, Told told, List<Late> late) {
        static Watched first(JobDefinition job) {
            return new Watched(job, Instant.EPOCH, Told.NOTHING, List.of());
        }
    }

    /**
     * @param place where it is kept what was told, and the ledgers
     * @param locks where the lock is under which something is told; empty for jobs that each host watches for itself
     */
    public LateWatch(
            Notifier.Place place,
            Optional<LockDirectory> locks,
            String instance,
            InstantSource clock,
            Situation situation,
            Teller teller) {
        this.place = place;
        this.locks = locks;
        this.instance = instance;
        this.clock = clock;
        this.situation = situation;
        this.teller = teller;
    }

    /** The definitions in force: those of the fleet's jobs, or of the jobs that run on every host. */
    public void configure(Collection<JobDefinition> all) {
        RunOn where = locks.isPresent() ? RunOn.ONE : RunOn.EVERY;
        Map<String, JobDefinition> now = new TreeMap<>();
        all.stream()
                .filter(job -> job.policy().runOn() == where && Lateness.isWatched(job))
                .forEach(job -> now.put(job.name(), job));
        synchronized (this) {
            jobs = now;
            configured = clock.instant();
            alive = Optional.empty(); // whose the jobs are is found out again
        }
    }

    /** Whether any job is to be watched. */
    public boolean isUsed() {
        return !jobs.isEmpty();
    }

    /** What is late now of the jobs that this instance watches, by job; as it last found it, some seconds ago. */
    public synchronized Map<String, List<Late>> late() {
        Map<String, List<Late>> late = new TreeMap<>();
        watched.forEach((job, known) -> {
            if (!known.late.isEmpty()) {
                late.put(job, known.late);
            }
        });
        return late;
    }

    /**
     * Looks after the jobs that this instance is to watch. To be called every few seconds; reads nothing unless something may
     * be late. Blocks on storage.
     *
     * @param live the live instances, this one included
     */
    public void look(Collection<String> live) throws StorageException {
        Instant now = clock.instant();
        Optional<StorageException> failed = Optional.empty();
        for (Watched each : mine(Set.copyOf(live))) {
            try {
                if (!now.isBefore(each.next)) {
                    keep(each, look(each, now));
                }
            } catch (StorageException e) {
                failed = Optional.of(e); // perhaps of this job's file alone
            }
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    private synchronized void keep(Watched before, Watched now) {
        watched.replace(now.job.name(), before, now); // unless the definition has changed in the meantime
    }

    /** Those that this instance watches; of one that is new to it nothing is known. */
    private synchronized List<Watched> mine(Set<String> live) {
        if (alive.filter(live::equals).isEmpty()) {
            Map<String, Watched> before = Map.copyOf(watched);
            watched.clear();
            jobs.values().stream()
                    .filter(job -> locks.isEmpty() || isFirst(job, live))
                    .forEach(job -> watched.put(
                            job.name(),
                            Optional.ofNullable(before.get(job.name()))
                                    .filter(known -> known.job.equals(job))
                                    .orElseGet(() -> Watched.first(job))));
            alive = Optional.of(live);
        }
        return List.copyOf(watched.values());
    }

    private boolean isFirst(JobDefinition job, Set<String> live) {
        return Ranking.rank(new Fire(job.name(), ORDER), instance, live) == 0;
    }

    private Watched look(Watched known, Instant now) throws StorageException {
        JobDefinition job = known.job;
        Optional<LedgerRecord> record = read(job, now);
        if (record.isEmpty()) {
            return new Watched(job, now.plus(PAUSE), known.told, List.of());
        }
        List<Late> all = Lateness.of(job, record.get(), situation.leftOut(job, now), now);
        Told told = tell(job, all, known.told, now);
        List<Late> late = all.stream().filter(each -> !each.isOver()).toList();
        Instant next = Lateness.next(job, record.get(), now);
        Instant pause = now.plus(late.isEmpty() && told.news(all).isEmpty() ? PAUSE : SOON);
        return new Watched(job, !late.isEmpty() || !next.isAfter(now) ? pause : next, told, late);
    }

    /** Read without its lock: nothing that must be safe depends on it. */
    private Optional<LedgerRecord> read(JobDefinition job, Instant now) throws StorageException {
        try (LockFile file = place.ledgers().file(SharedLayout.lockName(job.name()))) {
            LedgerState state = LedgerCodec.decode(job.name(), file.read(0, LedgerLayout.SLOTS), now);
            if (state instanceof LedgerState.Blank) {
                return Optional.of(LedgerRecord.first(job, situation.since(job, configured)));
            }
            return state instanceof LedgerState.Valid valid ? Optional.of(valid.record()) : Optional.empty();
        }
    }

    /** What has been told afterwards: less than all if another instance is telling something just now. */
    private Told tell(JobDefinition job, List<Late> all, Told known, Instant now) throws StorageException {
        if (known.news(all).isEmpty()) {
            return known;
        }
        if (!teller.isWanted(job)) {
            known.news(all).forEach(late -> log(job, late));
            return known.with(known.news(all), now);
        }
        if (locks.isEmpty()) {
            return tellOnce(job, all, now);
        }
        try (LockFile file = locks.get().file(LOCK)) {
            Optional<HeldLock> held;
            try {
                held = file.tryLock();
            } catch (StorageException e) {
                return tellOnce(job, all, now); // a server without locks to give may be why the job is late
            }
            if (held.isEmpty()) {
                return known;
            }
            try {
                return tellOnce(job, all, now);
            } finally {
                held.get().unlock();
            }
        }
    }

    /** A host that dies in between tells it again, under the same id. */
    private Told tellOnce(JobDefinition job, List<Late> all, Instant now) throws StorageException {
        Path path = place.folder().resolve(job.name());
        Told before = place.files()
                .beginning(path, Told.SIZE)
                .map(read -> Told.parse(read.bytes(), now))
                .orElse(Told.NOTHING);
        List<Late> news = before.news(all);
        if (news.isEmpty()) {
            return before;
        }
        news.forEach(late -> {
            log(job, late);
            teller.tell(job, late);
        });
        Told after = before.with(news, now);
        place.files().createDirectories(place.folder());
        place.files().write(path, after.toBytes());
        return after;
    }

    private static void log(JobDefinition job, Late late) {
        LOG.warn("job late job={} by={}: {}", job.name(), late.key(), late.words());
    }
}
