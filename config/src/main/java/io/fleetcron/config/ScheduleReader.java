package io.fleetcron.config;

import io.fleetcron.config.YamlValue.Scalar;
import io.fleetcron.config.YamlValue.Sequence;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the keys that say when a job fires: {@code schedule} or {@code every}. */
final class ScheduleReader {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    private final String job;
    private final ZoneId zone;

    ScheduleReader(String job, ZoneId zone) {
        this.job = job;
        this.zone = zone;
    }

    Optional<Schedule> read(Fields given) {
        Optional<Field> schedule = given.get("schedule");
        Optional<Field> every = given.get("every");
        if (schedule.isPresent() && every.isPresent()) {
            given.log().error(every.get().keyAt(), "a job has either `schedule` or `every`, not both; remove one");
        }
        given.requireAny("neither `schedule` nor `every`; without one it never fires", "schedule", "every");
        Optional<Schedule> interval = every.flatMap(this::interval);
        Optional<Schedule> times = schedule.flatMap(this::times);
        return times.or(() -> interval);
    }

    /** The expressions as written, with {@code |} between several. */
    static String written(Fields given) {
        Optional<String> every = given.get("every").map(field -> "every " + plain(field.value()));
        return given.get("schedule")
                .map(field -> plain(field.value()))
                .or(() -> every)
                .orElse("");
    }

    private static String plain(YamlValue value) {
        if (value instanceof Sequence sequence) {
            return sequence.items().stream().map(ScheduleReader::plain).collect(Collectors.joining(" | "));
        }
        return value instanceof Scalar scalar ? scalar.text().strip().replaceAll("\\s+", " ") : "";
    }

    private Optional<Schedule> interval(Field field) {
        return field.duration(SHORTEST, LONGEST).flatMap(period -> {
            try {
                return Optional.of(Schedules.every(period));
            } catch (ScheduleException e) {
                return field.bad(e.getMessage() + "; " + e.hint());
            }
        });
    }

    private Optional<Schedule> times(Field field) {
        return field.value() instanceof Sequence ? field.list(this::expression).map(Schedules::any) : expression(field);
    }

    private Optional<Schedule> expression(Field field) {
        return field.scalar().flatMap(scalar -> expression(scalar, field.log()));
    }

    private Optional<Schedule> expression(Scalar scalar, ProblemLog log) {
        String text = scalar.text();
        try {
            Schedule schedule = Schedules.parse(text, zone, job);
            for (ScheduleWarning warning : Schedules.warnings(text, zone, job)) {
                log.warning(place(scalar, warning.column()), "schedule " + Quote.of(text) + ": " + warning.message());
            }
            return Optional.of(schedule);
        } catch (ScheduleException e) {
            String hint = e.hint().isEmpty() ? "" : "; " + e.hint();
            log.error(place(scalar, e.column()), "schedule " + Quote.of(text) + ": " + e.getMessage() + hint);
            return Optional.empty();
        }
    }

    private static Position place(Scalar scalar, int column) {
        return scalar.character(Math.max(0, column - 1));
    }
}
