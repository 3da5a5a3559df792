package io.fleetcron.config.load;

import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.calendar.Exclusion;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.ScheduleWarning;
import io.fleetcron.config.schedule.Schedules;
import io.fleetcron.config.yaml.Durations;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the keys that say when a job fires: {@code schedule} or {@code every}, {@code splay}, {@code from}, {@code until}. */
final class ScheduleReader {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    /** Schedules have no parts of seconds. */
    private static final LocalTime LAST_SECOND = LocalTime.of(23, 59, 59);

    private final String job;
    private final ZoneId zone;
    private final Optional<Duration> splay;
    private final List<Exclusion> except;
    private final RunOn runOn;

    ScheduleReader(String job, JobSettings settings) {
        this.job = job;
        this.zone = settings.timezone();
        this.splay = settings.splay();
        this.except = settings.except();
        this.runOn = settings.policy().runOn();
    }

    Optional<Schedule> read(YamlFields given) {
        Optional<YamlField> schedule = given.get("schedule");
        Optional<YamlField> every = given.get("every");
        if (schedule.isPresent() && every.isPresent()) {
            given.log().error(every.get().keyAt(), "a job has either `schedule` or `every`, not both; remove one");
        }
        given.requireAny("neither `schedule` nor `every`; without one it never fires", "schedule", "every");
        Optional<Schedule> interval = every.flatMap(this::interval);
        Optional<Schedule> times = schedule.flatMap(this::times);
        times.ifPresent(found -> checkBoots(found, given));
        Optional<LocalDateTime> from = given.get("from").flatMap(f -> bound(f, LocalTime.MIDNIGHT));
        Optional<LocalDateTime> until = given.get("until").flatMap(f -> bound(f, LAST_SECOND));
        Optional<Schedule> bounded =
                times.or(() -> interval).map(base -> Schedules.bounded(splayed(base), from, until, zone));
        if (from.isPresent() || until.isPresent()) {
            bounded.ifPresent(found -> checkBounds(found, from, until, given));
        }
        return bounded;
    }

    private Schedule splayed(Schedule schedule) {
        return splay.map(most -> Schedules.splayed(schedule, most, job)).orElse(schedule);
    }

    /** A boot is an event of one host: no other host could run a job at it, so each host has its own. */
    private void checkBoots(Schedule schedule, YamlFields given) {
        if (!Schedules.firesAtBoot(schedule)) {
            return;
        }
        boolean misspelt = given.get("run_on").isPresent() && !says(given.get("run_on"), "one");
        if (runOn != RunOn.EVERY && !misspelt) {
            given.get("schedule")
                    .ifPresent(field -> field.bad("@reboot is an event of each host by itself, and this job runs on "
                            + "one host of the fleet; write `run_on: every`"));
        }
        if (schedule.next(Instant.EPOCH).isEmpty()) {
            given.get("splay")
                    .ifPresent(
                            field -> field.log().warning(field.keyAt(), "splay: has no effect on @reboot; remove it"));
        }
    }

    private static Optional<LocalDateTime> bound(YamlField field, LocalTime ofDate) {
        return field.scalar().map(Scalar::text).flatMap(text -> {
            try {
                if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                    return Optional.of(LocalDate.parse(text).atTime(ofDate));
                }
                if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?")) {
                    return Optional.of(LocalDateTime.parse(text.replace(' ', 'T')));
                }
            } catch (DateTimeParseException e) {
                return field.bad(Quote.of(text) + " is a time that no calendar has");
            }
            return field.bad(
                    Quote.of(text) + " is not a date such as 2026-12-25 or a time such as 2026-12-25 18:00, which"
                            + " counts in the job's time zone");
        });
    }

    private void checkBounds(
            Schedule bounded, Optional<LocalDateTime> from, Optional<LocalDateTime> until, YamlFields given) {
        if (from.isPresent() && until.isPresent() && from.get().isAfter(until.get())) {
            given.get("until").ifPresent(field -> field.bad("is before `from`, so that no time is left"));
        } else if (!Schedules.firesAtBoot(bounded)
                && bounded.next(Instant.EPOCH).isEmpty()) {
            given.get(until.isPresent() ? "until" : "from")
                    .ifPresent(field -> field.log()
                            .warning(field.keyAt(), field.name() + ": leaves no time of the schedule; it never fires"));
        }
    }

    private static boolean says(Optional<YamlField> field, String word) {
        return field.map(YamlField::value).orElse(null) instanceof Scalar scalar
                && scalar.text().equals(word);
    }

    /** The expressions as written, with {@code |} between several, the splay, the bounds and what is excepted. */
    String written(YamlFields given) {
        Optional<String> every = given.get("every").map(field -> "every " + plain(field.value()));
        String spread = splay.map(most -> " splay " + Durations.format(most)).orElse("")
                + given.get("from")
                        .map(field -> " from " + plain(field.value()))
                        .orElse("")
                + given.get("until")
                        .map(field -> " until " + plain(field.value()))
                        .orElse("")
                + (except.isEmpty() ? "" : " except " + Exclusions.written(except));
        return given.get("schedule")
                .map(field -> plain(field.value()))
                .or(() -> every)
                .map(expression -> expression + spread)
                .orElse("");
    }

    private static String plain(YamlValue value) {
        if (value instanceof Sequence sequence) {
            return sequence.items().stream().map(ScheduleReader::plain).collect(Collectors.joining(" | "));
        }
        return value instanceof Scalar scalar ? scalar.text().strip().replaceAll("\\s+", " ") : "";
    }

    private Optional<Schedule> interval(YamlField field) {
        return field.duration(SHORTEST, LONGEST).flatMap(period -> {
            try {
                return Optional.of(Schedules.every(period));
            } catch (ScheduleException e) {
                return field.bad(e.getMessage() + "; " + e.hint());
            }
        });
    }

    private Optional<Schedule> times(YamlField field) {
        return field.value() instanceof Sequence ? field.list(this::expression).map(Schedules::any) : expression(field);
    }

    private Optional<Schedule> expression(YamlField field) {
        return field.scalar().flatMap(scalar -> expression(scalar, field.log()));
    }

    private Optional<Schedule> expression(Scalar scalar, ProblemLog log) {
        String text = scalar.text();
        try {
            Schedule schedule = Schedules.parse(text, zone, job);
            for (ScheduleWarning warning : Schedules.warnings(text, zone, job)) {
                log.warning(
                        place(scalar, warning.column()),
                        "schedule " + Quote.of(text) + ": " + warning.message(),
                        warning.group());
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
