package io.fleetcron.config;

import io.fleetcron.config.RunPolicy.RunOn;
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
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the keys that say when a job fires: {@code schedule} or {@code every}, and {@code splay}. */
final class ScheduleReader {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    private final String job;
    private final ZoneId zone;
    private final Optional<Duration> splay;
    private final RunOn runOn;

    ScheduleReader(String job, JobSettings settings) {
        this.job = job;
        this.zone = settings.timezone();
        this.splay = settings.splay();
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
        return times.or(() -> interval).map(this::splayed);
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

    private static boolean says(Optional<YamlField> field, String word) {
        return field.map(YamlField::value).orElse(null) instanceof Scalar scalar
                && scalar.text().equals(word);
    }

    /** The expressions as written, with {@code |} between several, and the splay. */
    String written(YamlFields given) {
        Optional<String> every = given.get("every").map(field -> "every " + plain(field.value()));
        String spread = splay.map(most -> " splay " + Durations.format(most)).orElse("");
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
