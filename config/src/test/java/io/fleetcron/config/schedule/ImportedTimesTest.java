package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.jobs.CrontabImport;
import io.fleetcron.config.crontab.jobs.Fixtures;
import io.fleetcron.config.crontab.jobs.ImportResult;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The next 1,000 times of every imported job are those at which crond starts the line it was made of. */
class ImportedTimesTest {
    private static final int TIMES = 1_000;
    private static final LocalDate START = LocalDate.of(2026, 1, 1);
    private static final Map<String, String> MACROS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    @Test
    void areCronds() throws IOException {
        List<CronTable> tables = Fixtures.tables().stream()
                .filter(table -> table.kind() != Kind.ANACRON)
                .toList();
        ImportResult imported = CrontabImport.of(tables, Map.of(), Fixtures.HOST);
        Map<String, JobDefinition> loaded = Fixtures.load(imported.yaml());
        Set<String> compared = new HashSet<>();
        for (Job job : imported.jobs()) {
            Optional<String> line = fields(job.origin().text());
            JobDefinition definition = Objects.requireNonNull(loaded.get(job.name()));
            if (line.isPresent() && compared.add(line.get() + definition.timezone())) {
                compare(line.get(), definition);
            }
        }
        assertTrue(compared.size() >= 50, () -> "compared " + compared.size());
    }

    /** cronie chooses one value of {@code 10~20}; whichever it is, all times are among those of {@code 10-20}. */
    @Test
    void areAmongThoseThatCrondMayChoose() throws IOException {
        ImportResult imported = CrontabImport.of(Fixtures.tables(), Map.of(), Fixtures.HOST);
        Map<String, JobDefinition> loaded = Fixtures.load(imported.yaml());
        int compared = 0;
        for (Job job : imported.jobs()) {
            List<String> words = List.of(job.origin().text().strip().split("\\s+"));
            String line = String.join(" ", words.subList(0, Math.min(5, words.size())));
            if (line.contains("~") && !line.startsWith("#")) {
                CrondMinuteByMinute crond = new CrondMinuteByMinute(anyOf(line));
                Schedule schedule =
                        Objects.requireNonNull(loaded.get(job.name())).schedule();
                Times.list(schedule, Instant.parse("2026-04-01T00:00:00Z"), TIMES).stream()
                        .map(time -> time.atZone(Fixtures.HOST.timezone()))
                        .filter(ImportedTimesTest::isOrdinary)
                        .forEach(time -> assertTrue(crond.matches(time.toLocalDateTime()), line + " at " + time));
                compared++;
            }
        }
        assertTrue(compared >= 4, "compared " + compared);
    }

    /** No change of the clock on that day. */
    private static boolean isOrdinary(ZonedDateTime time) {
        return time.truncatedTo(ChronoUnit.DAYS)
                .getOffset()
                .equals(time.truncatedTo(ChronoUnit.DAYS).plusDays(1).getOffset());
    }

    private static String anyOf(String line) {
        List<String> least = List.of("0", "0", "1", "1", "0");
        List<String> most = List.of("59", "23", "31", "12", "6");
        String[] fields = line.split(" ");
        for (int i = 0; i < fields.length; i++) {
            fields[i] = fields[i]
                    .replaceFirst("^~", least.get(i) + "~")
                    .replaceFirst("~(?=/|$)", "~" + most.get(i))
                    .replaceFirst("~([^/]*)/.*", "~$1")
                    .replace('~', '-');
        }
        return String.join(" ", fields);
    }

    /** The fields as they stand in the crontab; empty for those without times, or with times chosen at random. */
    private static Optional<String> fields(String line) {
        String[] words = line.strip().split("\\s+");
        String first = words[0].startsWith("-") ? words[0].substring(1) : words[0];
        if (first.startsWith("@")) {
            return Optional.ofNullable(MACROS.get(first));
        }
        String fields = String.join(" ", first, words[1], words[2], words[3], words[4]);
        return fields.contains("~") ? Optional.empty() : Optional.of(fields);
    }

    private static void compare(String line, JobDefinition job) {
        ZoneId zone = job.timezone();
        Instant start = START.atStartOfDay(zone).toInstant().minusSeconds(1);
        Duration splay = job.schedule() instanceof SplayedSchedule splayed
                ? Duration.ofSeconds(splayed.seconds())
                : Duration.ZERO;
        List<Instant> times = Times.list(job.schedule(), start.plus(splay), TIMES).stream()
                .map(time -> time.minus(splay))
                .toList();
        assertEquals(crond(line, zone), times, line + " in " + zone);
    }

    /** Only days that match are looked at minute by minute; no change of these zones moves a time to another day. */
    private static List<Instant> crond(String line, ZoneId zone) {
        CrondMinuteByMinute crond = new CrondMinuteByMinute(line);
        List<Instant> times = new ArrayList<>();
        for (LocalDate day = START; times.size() < TIMES; day = day.plusDays(1)) {
            if (crond.matchesDay(day)) {
                Instant start = day.atStartOfDay(zone).toInstant().minusSeconds(60);
                Instant end = day.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(60);
                times.addAll(crond.starts(zone, start, end));
            }
        }
        return times.subList(0, TIMES);
    }
}
