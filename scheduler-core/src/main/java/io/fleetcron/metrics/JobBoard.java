package io.fleetcron.metrics;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.late.Lateness;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.observe.Upcoming;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of the configured jobs. It hears of every ledger that the agent reads anyway; {@link #toRead} says
 * which others have changed by what the members report, so that hosts which do not run a job show the same of it. Thread-safe;
 * does no I/O.
 */
final class JobBoard {

    /** As long as a ledger is taken for unchanged: members report at most some fires, and for a minute. */
    private static final Duration OLD = Duration.ofMinutes(10);

    /**
     * How soon a ledger is looked for again that was not there, or not to be believed: it may be created just now, and nobody
     * reports that. After each miss twice as long, and after {@link #MOST_MISSES} of them {@link #OLD}.
     */
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final int MOST_MISSES = 7;

    /** Of one job: enough for a week of a job that runs each minute of office hours. */
    private static final int MOST_FIRES = 3_000;

    private static final Duration LONGEST_LOOK = Duration.ofDays(400);

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private final JobDefinition job;
        private @Nullable JobFacts facts;
        private @Nullable Instant read;
        /** How often in a row it was not there, or not to be believed. */
        private int misses;

        private Optional<Instant> next = Optional.empty();
        private Optional<Duration> gap = Optional.empty();
        private boolean measured;
        /** Of jobs that may be late alone: it is larger than the facts. */
        private @Nullable LedgerRecord record;

        private Optional<Boolean> late = Optional.empty();
        /** Before then that record makes nothing late that is not by now. */
        private Instant judgeAt = Instant.MIN;

        Entry(JobDefinition job) {
            this.job = job;
        }
    }

    /**
     * A job at one moment.
     *
     * @param facts what its ledger says; empty if it was not read yet
     * @param next its next fire that is to run
     * @param gap the longest time between two such fires
     * @param late whether it is late; empty if it cannot be by its definition, or that is not known
     */
    record View(
            JobDefinition job,
            Optional<JobFacts> facts,
            Optional<Instant> next,
            Optional<Duration> gap,
            Optional<Boolean> late) {}

    /** The jobs in force. What is known of those that stay is kept. */
    synchronized void define(Collection<JobDefinition> jobs) {
        Map<String, Entry> before = new LinkedHashMap<>(entries);
        entries.clear();
        for (JobDefinition job : jobs) {
            Entry entry = new Entry(job);
            Entry known = before.get(job.name());
            if (known != null && known.job.policy().runOn() == job.policy().runOn()) {
                entry.facts = known.facts;
                entry.misses = known.misses;
                if (!Lateness.isWatched(job)) {
                    entry.read = known.read;
                } else if (known.record != null) {
                    entry.read = known.read;
                    entry.record = known.record;
                    entry.late = known.late;
                } // else its ledger is to be read: facts do not tell whether it is late
            }
            entries.put(job.name(), entry);
        }
    }

    /** A ledger was read or written. Returns at once. */
    void seen(RunOn where, String job, LedgerRecord record, Instant now) {
        Entry entry;
        synchronized (this) {
            entry = entries.get(job);
            if (entry == null || entry.job.policy().runOn() != where) {
                return;
            }
            entry.read = now;
            entry.misses = 0;
            boolean watched = Lateness.isWatched(entry.job);
            if (watched && (entry.record == null || entry.record.sequence() != record.sequence())) {
                entry.record = record;
                entry.judgeAt = Instant.MIN;
            }
            if (entry.facts != null && entry.facts.sequence() == record.sequence()) {
                return;
            }
        }
        JobFacts facts = JobFacts.of(record);
        synchronized (this) {
            JobFacts older = entry.facts;
            entry.facts = older == null ? facts : facts.after(older);
        }
    }

    /** A ledger was not there, or could not be believed. */
    synchronized void missed(String job, Instant now) {
        Entry entry = entries.get(job);
        if (entry != null) {
            entry.read = now;
            entry.misses = Math.min(entry.misses + 1, MOST_MISSES);
            entry.record = null;
            entry.late = Optional.empty();
        }
    }

    /**
     * Judges which jobs are late. What is not read here says so only once it was read since: the run that ends it may have begun
     * elsewhere.
     *
     * @param leftOut which fires of a job nobody is to start; empty while that is not known
     * @return the jobs of the fleet whose ledgers are to be read before they can be called late
     */
    List<String> judge(BiFunction<JobDefinition, Instant, Optional<LeftOut>> leftOut, Instant now) {
        List<Entry> open;
        synchronized (this) {
            open = entries.values().stream()
                    .filter(entry -> entry.record != null && !now.isBefore(entry.judgeAt))
                    .toList();
        }
        List<String> unsure = new ArrayList<>();
        for (Entry entry : open) {
            LedgerRecord record = entry.record;
            Optional<LeftOut> known = leftOut.apply(entry.job, now);
            if (record == null || known.isEmpty()) {
                continue;
            }
            boolean late = !Lateness.now(entry.job, record, known.get(), now).isEmpty();
            synchronized (this) {
                if (!record.equals(entry.record)) {
                    continue; // read again in the meantime
                }
                boolean fresh =
                        entry.job.policy().runOn() == RunOn.EVERY || (entry.read != null && !entry.read.isBefore(now));
                if (late && !fresh) {
                    unsure.add(entry.job.name());
                    continue;
                }
                entry.late = Optional.of(late);
                entry.judgeAt = late ? now : Lateness.next(entry.job, record, now);
            }
        }
        return unsure;
    }

    /**
     * The jobs of the fleet whose ledgers say something new, as far as members report, before those that nobody has read for long.
     *
     * @param settled the newest fire of a job that any member has seen settled recently
     * @param running the highest token of a job's runs in progress; 0 if there is none
     */
    synchronized List<String> toRead(
            Function<String, Optional<Instant>> settled, ToLongFunction<String> running, Instant now, int most) {
        List<Entry> wanted = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.job.policy().runOn() == RunOn.ONE && (isOld(entry, now) || hasChanged(entry, settled, running))) {
                wanted.add(entry);
            }
        }
        wanted.sort(Comparator.comparing(entry -> isOld(entry, now)));
        return wanted.stream().limit(most).map(entry -> entry.job.name()).toList();
    }

    private static boolean isOld(Entry entry, Instant now) {
        return entry.read == null || Duration.between(entry.read, now).compareTo(lasts(entry)) > 0;
    }

    /** How long what was read last counts, if nobody reports anything else. */
    private static Duration lasts(Entry entry) {
        return entry.misses == 0 || entry.misses == MOST_MISSES ? OLD : SOON.multipliedBy(1L << (entry.misses - 1));
    }

    private static boolean hasChanged(
            Entry entry, Function<String, Optional<Instant>> settled, ToLongFunction<String> running) {
        JobFacts facts = entry.facts;
        String job = entry.job.name();
        long token = running.applyAsLong(job);
        if (facts == null) {
            return token > 0 || settled.apply(job).isPresent();
        }
        boolean ended = facts.runningSince().isPresent() && token < facts.token();
        return ended
                || token > facts.token()
                || settled.apply(job).filter(facts.settled()::isBefore).isPresent();
    }

    /** Finds out what takes a moment: how far the fires of schedules are apart that are new. */
    void measure(Instant now) {
        List<Entry> open;
        synchronized (this) {
            open = entries.values().stream().filter(entry -> !entry.measured).toList();
        }
        for (Entry entry : open) {
            Optional<Duration> gap = longestGap(entry.job, now);
            synchronized (this) {
                entry.gap = gap;
                entry.measured = true;
            }
        }
    }

    /** The longest time between two fires of the next {@value #MOST_FIRES}, or of more than a year. */
    static Optional<Duration> longestGap(JobDefinition job, Instant now) {
        Duration longest = Duration.ZERO;
        Instant end = now.plus(LONGEST_LOOK);
        Optional<Instant> before = Upcoming.next(job, now);
        for (int i = 0; i < MOST_FIRES && before.filter(end::isAfter).isPresent(); i++) {
            Instant fire = before.orElseThrow();
            before = Upcoming.next(job, fire);
            Duration gap = before.map(after -> Duration.between(fire, after)).orElse(Duration.ZERO);
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        return longest.isZero() ? Optional.empty() : Optional.of(longest);
    }

    /** All jobs as they are known now. */
    synchronized List<View> views(Instant now) {
        List<View> views = new ArrayList<>(entries.size());
        for (Entry entry : entries.values()) {
            if (entry.next.filter(now::isBefore).isEmpty()) {
                entry.next = Upcoming.next(entry.job, now);
            }
            views.add(new View(entry.job, Optional.ofNullable(entry.facts), entry.next, entry.gap, entry.late));
        }
        return views;
    }
}
