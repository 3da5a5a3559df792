package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalFormTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * *",
                "*/7 3-5,9 1,15 */2 mon-fri",
                "H H(1-4) * * *",
                "30 0 12 LW,L-3,15W * ?",
                "0 0 ? * fri#2,5L",
                "@daily",
                "@reboot",
                "every 1h30m"
            })
    void readsBackWhatAScheduleWrites(String expression) {
        Schedule schedule = Schedules.parse(expression, BERLIN, "job");
        Schedule other = Schedules.parse("5 4 * * *", ZoneId.of("America/New_York"), "job");
        Schedule any = Schedules.any(List.of(schedule, other));
        Schedule splayed = Schedules.splayed(any, Duration.ofHours(1), "job");
        Optional<LocalDateTime> from = Optional.of(LocalDateTime.parse("2026-03-29T02:30"));
        Optional<LocalDateTime> until = Optional.of(LocalDateTime.parse("2026-04-03T23:59:59"));
        List<Schedule> forms = List.of(
                schedule,
                any,
                splayed,
                Schedules.bounded(schedule, from, Optional.empty(), BERLIN),
                Schedules.bounded(any, Optional.empty(), until, BERLIN),
                Schedules.bounded(splayed, from, until, BERLIN));
        for (Schedule form : forms) {
            Schedule read = Schedules.ofCanonical(form.canonical()).orElseThrow();
            assertEquals(form.canonical(), read.canonical());
            Instant at = Instant.parse("2026-03-28T00:00:00Z");
            for (int i = 0; i < 50 && at != null; i++) {
                assertEquals(form.next(at), read.next(at), form.canonical());
                at = form.next(at).orElse(null);
            }
        }
    }

    @Test
    void readsNothingElse() {
        for (String text : List.of(
                "",
                "x",
                "-",
                "every 5m",
                "0 0 0 * * x UTC",
                "every 0s",
                "0 0 * * * UTC",
                "0 0 0 * * * Mars/Olympus",
                "a | b",
                "0 0 0 * * * UTC from 2026-02-30T00:00 in UTC",
                "0 0 0 * * * UTC in UTC",
                "0 0 0 * * * UTC from 2026-03-01T00:00")) {
            assertEquals(Optional.empty(), Schedules.ofCanonical(text), text);
        }
    }
}
