package io.fleetcron.observe.newest;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.MergedHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Keeps the settlements of each job's newest fires out of a history that may be longer than memory. One settlement may be
 * added several times, in any order. Not thread-safe.
 */
final class NewestFires {

    /** So that merging, whose cost is that of sorting, is rare. */
    private static final int SLACK = 2;

    private final Predicate<HistoryLine> wanted;
    private final int fires;
    private final Map<String, Kept> jobs = new TreeMap<>();

    /**
     * @param wanted others are left out before anything is counted
     * @param fires how many of each job
     */
    NewestFires(Predicate<HistoryLine> wanted, int fires) {
        this.wanted = wanted;
        this.fires = fires;
    }

    void add(HistoryLine line) {
        if (!wanted.test(line)) {
            return;
        }
        Kept kept = jobs.computeIfAbsent(line.job(), job -> new Kept());
        if (line.settlement().through().isBefore(kept.from)) {
            return;
        }
        kept.lines.add(line);
        kept.merged = false;
        if (kept.lines.size() >= kept.most) {
            trim(kept);
        }
    }

    /** The same for a line that was probably added before. */
    void addAgain(HistoryLine line) {
        Kept kept = jobs.get(line.job());
        if (kept == null || !has(kept.lines, line)) {
            add(line);
        }
    }

    /** From the end: what is repeated is what came last. */
    private static boolean has(List<HistoryLine> lines, HistoryLine line) {
        Instant fire = line.settlement().fire();
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).settlement().fire().equals(fire) && lines.get(i).equals(line)) {
                return true;
            }
        }
        return false;
    }

    /** Whether that text is of a line that would not be kept: then it need not be read. */
    boolean isTooOld(String text) {
        return HistoryLine.head(text)
                .filter(head -> {
                    Kept kept = jobs.get(head.job());
                    return kept != null && head.through().isBefore(kept.from);
                })
                .isPresent();
    }

    /** Each settlement once, by scheduled time. */
    Map<String, List<HistoryLine>> byJob() {
        Map<String, List<HistoryLine>> all = new TreeMap<>();
        jobs.forEach((job, kept) -> {
            if (!kept.merged) {
                trim(kept);
            }
            all.put(job, kept.result);
        });
        return all;
    }

    private void trim(Kept kept) {
        List<HistoryLine> merged = MergedHistory.of(kept.lines);
        List<Instant> times = merged.stream()
                .map(line -> line.settlement().through())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        if (times.size() > fires) {
            kept.from = times.get(fires - 1);
        }
        kept.lines.clear();
        merged.stream()
                .filter(line -> !line.settlement().through().isBefore(kept.from))
                .forEach(kept.lines::add);
        kept.most = Math.max(fires, kept.lines.size()) * SLACK;
        kept.merged = true;
        kept.result = List.copyOf(kept.lines);
    }

    /** Of one job; a job that runs on every host has as many lines for each fire. */
    private final class Kept {
        private final List<HistoryLine> lines = new ArrayList<>();
        private Instant from = Instant.MIN;
        private int most = fires * SLACK;
        private boolean merged;
        private List<HistoryLine> result = List.of();
    }
}
