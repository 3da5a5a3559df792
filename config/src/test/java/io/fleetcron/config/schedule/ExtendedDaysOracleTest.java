package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** {@code L}, {@code W} and {@code #} against the calendar asked day by day; seconds against every second of a day. */
class ExtendedDaysOracleTest {

    private static final List<String> NAMES = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private final long seed = Long.getLong("fleetcron.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** One item of a day field and the days it stands for. */
    private record Item(String text, Predicate<LocalDate> matches) {}

    @Test
    void everyMatchingDayFiresAndNoOther() {
        for (int i = 0; i < 1500; i++) {
            Item date = random.nextInt(4) == 0 ? new Item("*", day -> true) : list(this::dateItem);
            Item weekday = random.nextInt(2) == 0 ? new Item("*", day -> true) : list(this::weekdayItem);
            boolean both = date.text.equals("*") || weekday.text.equals("*");
            Predicate<LocalDate> expected = both ? date.matches.and(weekday.matches) : date.matches.or(weekday.matches);
            String line = "0 0 " + date.text + " * " + weekday.text;
            LocalDate from = LocalDate.of(1990 + random.nextInt(120), 1 + random.nextInt(12), 1);
            LocalDate to = from.plusYears(2);
            List<LocalDate> days = from.datesUntil(to).filter(expected).toList();
            assertEquals(days, fires(line, from, to), () -> line + ", seed " + seed);
        }
    }

    private static List<LocalDate> fires(String line, LocalDate from, LocalDate to) {
        List<LocalDate> days = new ArrayList<>();
        Schedule schedule = Schedules.parse(line, Times.UTC, "job");
        Optional<Instant> time =
                schedule.next(from.atStartOfDay(ZoneOffset.UTC).toInstant().minusNanos(1));
        while (time.isPresent()
                && time.get().isBefore(to.atStartOfDay(ZoneOffset.UTC).toInstant())) {
            days.add(time.get().atOffset(ZoneOffset.UTC).toLocalDate());
            time = schedule.next(time.get());
        }
        return days;
    }

    private Item list(java.util.function.Supplier<Item> items) {
        Item list = items.get();
        while (random.nextInt(3) == 0) {
            Item more = items.get();
            list = new Item(list.text + "," + more.text, list.matches.or(more.matches));
        }
        return list;
    }

    private Item dateItem() {
        int day = 1 + random.nextInt(31);
        int back = random.nextInt(28);
        return switch (random.nextInt(5)) {
            case 0 -> new Item("L", date -> date.plusDays(1).getDayOfMonth() == 1);
            case 1 -> new Item("L-" + back, date -> date.plusDays(back + 1).getDayOfMonth() == 1);
            case 2 -> new Item("LW", date -> date.equals(lastWorkday(date)));
            case 3 -> new Item(day + "W", date -> date.lengthOfMonth() >= day && date.equals(nearest(date, day)));
            default -> new Item("" + day, date -> date.getDayOfMonth() == day);
        };
    }

    private static LocalDate lastWorkday(LocalDate date) {
        LocalDate last = date.with(TemporalAdjusters.lastDayOfMonth());
        while (isWeekend(last)) {
            last = last.minusDays(1);
        }
        return last;
    }

    private static LocalDate nearest(LocalDate date, int day) {
        LocalDate wanted = date.withDayOfMonth(day);
        return date.withDayOfMonth(1)
                .datesUntil(date.withDayOfMonth(1).plusMonths(1))
                .filter(candidate -> !isWeekend(candidate))
                .min((a, b) -> Math.toIntExact(distance(a, wanted) - distance(b, wanted)))
                .orElseThrow();
    }

    private static long distance(LocalDate a, LocalDate b) {
        return Math.abs(ChronoUnit.DAYS.between(a, b));
    }

    private static boolean isWeekend(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
    }

    private Item weekdayItem() {
        DayOfWeek day = DayOfWeek.of(1 + random.nextInt(7));
        String name = random.nextBoolean() ? NAMES.get(day.getValue() - 1) : "" + day.getValue();
        int nth = 1 + random.nextInt(5);
        return switch (random.nextInt(3)) {
            case 0 -> new Item(name + "L", date -> date.equals(date.with(TemporalAdjusters.lastInMonth(day))));
            case 1 ->
                new Item(
                        name + "#" + nth, date -> date.equals(date.with(TemporalAdjusters.dayOfWeekInMonth(nth, day))));
            default -> new Item(name, date -> date.getDayOfWeek() == day);
        };
    }

    @Test
    void everyMatchingSecondFiresAndNoOther() {
        Instant start = Instant.parse("2026-05-05T00:00:00Z");
        for (int i = 0; i < 40; i++) {
            List<Integer> seconds = some(60, 1 + random.nextInt(5));
            List<Integer> minutes = some(60, 1 + random.nextInt(5));
            List<Integer> hours = some(24, 1 + random.nextInt(5));
            String line = (join(seconds) + " " + join(minutes) + " " + join(hours) + " * * *").replace(" 0-59 ", " * ");
            List<Instant> expected = new ArrayList<>();
            for (int s = 1; s <= 86_400; s++) {
                int second = s % 86_400;
                if (seconds.contains(second % 60)
                        && minutes.contains(second / 60 % 60)
                        && hours.contains(second / 3600)) {
                    expected.add(start.plusSeconds(s));
                }
            }
            Schedule schedule = Schedules.parse(line, Times.UTC, "job");
            assertEquals(expected, Times.list(schedule, start, expected.size()), () -> line + ", seed " + seed);
        }
    }

    private List<Integer> some(int bound, int count) {
        return random.ints(count, 0, bound).boxed().toList();
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(n -> "" + n).collect(java.util.stream.Collectors.joining(","));
    }
}
