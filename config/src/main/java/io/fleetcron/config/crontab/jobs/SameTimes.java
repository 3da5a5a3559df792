package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether lines of hosts in different time zones come at the same times. Pure. */
final class SameTimes {
    /** What names minutes alone, or no time at all. */
    private static final Pattern OF_EVERY_HOUR = Pattern.compile("@hourly|@reboot|\\S+(\\s+\\*){4}");

    /** In winter and in summer, wherever a zone is. */
    private static final List<Instant> SEASONS =
            List.of(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-07-01T00:00:00Z"));

    private static final int HOUR = 3_600;

    private SameTimes() {}

    /** The zone of a job, as far as it makes a difference: for what comes in every hour, zones differ by parts of an hour alone. */
    static String zone(Job job) {
        if (!OF_EVERY_HOUR.matcher(job.schedule()).matches()) {
            return job.timezone();
        }
        ZoneRules rules = ZoneId.of(job.timezone()).getRules();
        return SEASONS.stream()
                .map(season ->
                        Integer.toString(Math.floorMod(rules.getOffset(season).getTotalSeconds(), HOUR)))
                .collect(Collectors.joining(" "));
    }
}
