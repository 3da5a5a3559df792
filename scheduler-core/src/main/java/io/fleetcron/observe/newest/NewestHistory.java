package io.fleetcron.observe.newest;

import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.HistoryFiles;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.storage.SharedRoot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settlements of the newest fires of each job, of history and ledgers. The first reading opens all files, each later one those
 * that may have grown, and reads what was added. What is kept of it depends on the number of jobs and hosts, not on how long
 * history is. Thread-safe.
 */
public final class NewestHistory {

    /** How far other clocks may be ahead: what was scheduled later than that did not happen. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private final Deadline deadline;
    private final int fires;
    private Known known = new Known(Path.of(""), Set.of(), 0);

    /** What was read of the fires of some jobs. */
    private static final class Known {
        private final Path sharedDir;
        private final Set<String> jobs;
        private final NewestFires newest;
        private final Map<Path, Long> marks = new HashMap<>();

        Known(Path sharedDir, Set<String> jobs, int fires) {
            this.sharedDir = sharedDir;
            this.jobs = jobs;
            this.newest = new NewestFires(line -> true, fires);
        }
    }

    /**
     * @param deadline of each step of a reading
     * @param fires how many fires of each job
     */
    public NewestHistory(Deadline deadline, int fires) {
        this.deadline = deadline;
        this.fires = fires;
    }

    /**
     * Reads what is new. Others may have written anything: jobs that nobody asks for, fires of the far future.
     *
     * @param sharedDir the shared directory as configured
     * @param jobs of which jobs
     * @param since files of earlier days stay closed; what ledgers remember counts whatever its age
     * @param now the fleet's time
     * @param ledgers what ledgers remember, read before this: what leaves them in the meantime is in history by then
     * @return by job, by scheduled time
     */
    public Map<String, List<HistoryLine>> read(
            Path sharedDir, Set<String> jobs, Instant since, Instant now, Collection<HistoryLine> ledgers)
            throws SharedDirectoryUnavailable {
        Known before = known(sharedDir, jobs);
        return deadline.ask(step -> {
            synchronized (before) {
                SharedLayout layout = new SharedLayout(sharedDir);
                ledgers.forEach(line -> again(before, line, now));
                new HistoryFiles(new SharedRoot(sharedDir), layout.history())
                        .more(since, now, before.marks, step, new HistoryFiles.Taker() {
                            @Override
                            public boolean wants(String text) {
                                return !before.newest.isTooOld(text);
                            }

                            @Override
                            public boolean take(HistoryLine line) {
                                return NewestHistory.take(before, line, now);
                            }
                        });
                return before.newest.byJob();
            }
        });
    }

    private synchronized Known known(Path sharedDir, Set<String> jobs) {
        if (!known.sharedDir.equals(sharedDir) || !known.jobs.equals(jobs)) {
            known = new Known(sharedDir, Set.copyOf(jobs), fires);
        }
        return known;
    }

    /** Whether a line is about what cannot have happened yet. */
    public static boolean isOfTheFuture(HistoryLine line, Instant now) {
        return line.settlement().through().isAfter(now.plus(CLOCKS));
    }

    private static void again(Known known, HistoryLine line, Instant now) {
        if (known.jobs.contains(line.job()) && !isOfTheFuture(line, now)) {
            known.newest.addAgain(line);
        }
    }

    /** False for a line of the future, which comes again until it is none. */
    private static boolean take(Known known, HistoryLine line, Instant now) {
        if (!known.jobs.contains(line.job())) {
            return true;
        }
        if (isOfTheFuture(line, now)) {
            return false;
        }
        known.newest.add(line);
        return true;
    }
}
