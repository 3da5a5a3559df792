package io.fleetcron.fleet;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * When which jobs are due, by one set of definitions: what an audit needs of definitions that are not in force any more.
 * It is kept in a file named by the hash of its content, so that hosts with the same definitions share one, and none can
 * be changed without being noticed. Immutable.
 *
 * @param jobs by name, those that are defined and not disabled
 */
public record Timetable(SortedMap<String, Entry> jobs) {

    /** Bytes that are read: of 10,000 jobs, whatever their schedules, and more of usual ones. */
    public static final int LARGEST = 8 << 20;

    private static final int NAME_BYTES = 16;
    private static final String EVERY = "every";

    /**
     * One job.
     *
     * @param times the canonical form of its schedule, time zone included
     * @param everywhere whether each host runs it
     * @param rerun whether a fire is started again when its run is lost
     */
    public record Entry(String times, boolean everywhere, boolean rerun) {}

    public Timetable {
        jobs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
    }

    /** What its file holds: a line of JSON for each job, sorted by name. */
    public String text() {
        return jobs.entrySet().stream()
                .map(job -> line(job.getKey(), job.getValue()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(String job, Entry entry) {
        JsonLine json = new JsonLine().open().put("job", job).put("times", entry.times());
        if (entry.everywhere()) {
            json.put("run_on", EVERY);
        }
        if (entry.rerun()) {
            json.put("on_lost", "rerun");
        }
        return json.close().toString();
    }

    /** What a file with that content is called. */
    public static String name(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a file may have that name. */
    public static boolean isName(String name) {
        return name.length() == 2 * NAME_BYTES && name.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 'g');
    }

    /** Reads a file back; empty if its content is not the one that it is named by. */
    public static Optional<Timetable> read(String name, String text) {
        if (!name(text).equals(name)) {
            return Optional.empty();
        }
        SortedMap<String, Entry> jobs = new TreeMap<>();
        for (String line : text.lines().filter(l -> !l.isEmpty()).toList()) {
            Optional<Map.Entry<String, Entry>> job = StrictJson.read(
                    line,
                    json -> Map.entry(
                            json.name("job", NameRules::job),
                            new Entry(
                                    json.line("times"),
                                    json.has("run_on") && json.word("run_on").equals(EVERY),
                                    json.has("on_lost") && json.word("on_lost").equals("rerun"))));
            if (job.isEmpty()) {
                return Optional.empty();
            }
            jobs.put(job.get().getKey(), job.get().getValue());
        }
        return Optional.of(new Timetable(jobs));
    }
}
