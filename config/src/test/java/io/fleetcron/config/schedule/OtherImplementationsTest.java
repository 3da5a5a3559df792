package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.quartz.CronExpression;

/**
 * The meaning of five-field lines compared with other implementations. Each difference must have a reason known here and
 * explained in packaging/docs/SCHEDULES.md. Run again with {@code -Dfleetcron.seed=N}.
 */
class OtherImplementationsTest {

    private static final List<String> ZONES = List.of(
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo");

    /** Seconds: Quartz knows no fire of 1969, which it still is in the west when the epoch begins. */
    private static final int FIRST = 86_400;

    private static final int CASES = Integer.getInteger("fleetcron.cases", 100_000);
    private static final int CASES_PER_LINE = 50;
    private static final Duration THREE_HOURS = Duration.ofHours(3);

    private final long seed = Long.getLong("fleetcron.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();

    /** Another implementation's next time for one line in one zone. */
    private interface Other extends Function<Instant, Optional<Instant>> {}

    private interface Reader {
        Optional<Other> read(String line, ZoneId zone) throws ParseException;
    }

    @Test
    void cronUtils() {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        compare("cron-utils", (line, zone) -> {
            ExecutionTime times = ExecutionTime.forCron(parser.parse(line));
            return Optional.of(after -> times.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant));
        });
    }

    /** Quartz has no rule for two day fields, so it reads only lines that leave one of them open. */
    @Test
    void quartz() {
        compare("Quartz", (line, zone) -> {
            Optional<String> translated = quartzLine(line);
            if (translated.isEmpty()) {
                return Optional.empty();
            }
            CronExpression expression = new CronExpression(translated.get());
            expression.setTimeZone(TimeZone.getTimeZone(zone));
            return Optional.of(after -> Optional.ofNullable(expression.getTimeAfter(Date.from(after)))
                    .map(Date::toInstant));
        });
    }

    private static Optional<String> quartzLine(String line) {
        String[] f = line.split(" ");
        if (f[4].equals("*")) {
            return Optional.of("0 " + f[0] + " " + f[1] + " " + f[2] + " " + f[3] + " ?");
        }
        boolean[] days = CrondMinuteByMinute.daysOfWeek(f[4]);
        String names = IntStream.range(0, 7)
                .filter(day -> days[day])
                .mapToObj(CronField.DAY_OF_WEEK.names()::get)
                .collect(Collectors.joining(","));
        return f[2].equals("*") ? Optional.of("0 " + f[0] + " " + f[1] + " ? " + f[3] + " " + names) : Optional.empty();
    }

    private void compare(String name, Reader reader) {
        RandomLines lines = new RandomLines(random);
        int cases = 0;
        while (cases < CASES) {
            String line = lines.line();
            ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Optional<Schedule> ours = ours(line, zone);
            Optional<Other> theirs = theirs(reader, line, zone);
            for (int i = 0; i < CASES_PER_LINE && ours.isPresent() && theirs.isPresent(); i++) {
                Instant after = Instant.ofEpochSecond(FIRST + random.nextInt(Integer.MAX_VALUE - FIRST));
                compare(line, zone, after, ours.get().next(after), theirs.get().apply(after));
                cases++;
            }
        }
        System.out.println(name + ", seed " + seed + ": " + outcomes);
        assertEquals(List.of(), unexplained, () -> "seed " + seed);
        assertTrue(outcomes.getOrDefault("clock change", 0) < cases / 500, "changes are rare: " + outcomes);
        assertTrue(outcomes.getOrDefault("equal", 0) > cases * 8 / 10, "most cases must be comparable: " + outcomes);
    }

    private static Optional<Schedule> ours(String line, ZoneId zone) {
        try {
            return Optional.of(Schedules.parse(line, zone, "job"));
        } catch (ScheduleException dead) {
            return Optional.empty();
        }
    }

    private Optional<Other> theirs(Reader reader, String line, ZoneId zone) {
        try {
            return reader.read(line, zone);
        } catch (ParseException | IllegalArgumentException e) {
            outcomes.merge("lines refused", 1, Integer::sum);
            return Optional.empty();
        }
    }

    private void compare(String line, ZoneId zone, Instant after, Optional<Instant> ours, Optional<Instant> theirs) {
        String outcome = ours.equals(theirs) ? "equal" : reason(line, zone, after, ours, theirs);
        outcomes.merge(outcome, 1, Integer::sum);
        if (outcome.equals("unexplained") && unexplained.size() < 20) {
            unexplained.add(line + " in " + zone + " after " + after + ": ours " + ours + ", theirs " + theirs);
        }
    }

    private static String reason(
            String line, ZoneId zone, Instant after, Optional<Instant> ours, Optional<Instant> theirs) {
        // crond calls */2 unrestricted. Others do not; for them it is what 1-31/2 is for crond.
        String[] f = line.split(" ");
        f[2] = f[2].replace("*/", "1-31/");
        f[4] = f[4].replace("*/", "0-7/");
        Optional<Instant> restricted =
                Schedules.parse(String.join(" ", f), zone, "job").next(after);
        if (restricted.equals(theirs)) {
            return "*/n in a day field";
        }
        boolean nearChange = Stream.of(ours, theirs, restricted)
                .flatMap(Optional::stream)
                .anyMatch(time -> changes(zone, time.minus(THREE_HOURS), time.plus(THREE_HOURS)));
        // cron-utils counts along the days of a month, and may lose hours to a change early in the month it starts in.
        boolean earlierInMonth = changes(zone, after.minus(Duration.ofDays(31)), after);
        return nearChange || earlierInMonth ? "clock change" : "unexplained";
    }

    private static boolean changes(ZoneId zone, Instant from, Instant to) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(from);
        return change != null && change.getInstant().isBefore(to);
    }
}
