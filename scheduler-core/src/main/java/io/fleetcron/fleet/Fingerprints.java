package io.fleetcron.fleet;

import io.fleetcron.config.JobDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Short hashes of what hosts must agree on: job definitions, what the time zones of their schedules mean, and the program
 * that reads them. Pure functions.
 */
public final class Fingerprints {

    /** Years whose changes of the clock count, from the beginning of the present one: at least the coming two. */
    private static final int YEARS = 3;

    private Fingerprints() {}

    /**
     * Of each job, by name.
     *
     * @param now the fleet's time: only its year counts, so that all hosts come to the same hashes
     */
    public static Map<String, String> each(Collection<JobDefinition> jobs, Instant now) {
        Map<ZoneId, String> zones = new HashMap<>();
        Map<String, String> all = new TreeMap<>();
        for (JobDefinition job : jobs) {
            String zone = zones.computeIfAbsent(job.timezone(), id -> clockChanges(id.getRules(), year(now)));
            all.put(job.name(), sum(job.definitionHash() + ' ' + zone + ' ' + Version.current()));
        }
        return all;
    }

    /** Of a whole set of definitions. */
    public static String of(Collection<JobDefinition> jobs, Instant now) {
        return of(each(jobs, now));
    }

    /** Of what {@link #each} returned. */
    public static String of(Map<String, String> each) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(each)
                .forEach(
                        (job, hash) -> text.append(job).append(' ').append(hash).append('\n'));
        return sum(text.toString());
    }

    /** The year by which {@link #each} hashes. */
    public static int year(Instant now) {
        return now.atOffset(ZoneOffset.UTC).getYear();
    }

    /** Two Java runtimes may come with different time zone data. */
    static String clockChanges(ZoneRules rules, int year) {
        Instant from = Instant.parse(String.format("%04d-01-01T00:00:00Z", year));
        Instant to = Instant.parse(String.format("%04d-01-01T00:00:00Z", year + YEARS));
        StringBuilder text = new StringBuilder(rules.getOffset(from).toString());
        ZoneOffsetTransition change = rules.nextTransition(from);
        while (change != null && change.getInstant().isBefore(to)) {
            text.append(' ').append(change.getInstant()).append(change.getOffsetAfter());
            change = rules.nextTransition(change.getInstant());
        }
        return sum(text.toString());
    }

    private static String sum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
