package io.fleetcron.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.observe.SeenRun.State;
import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.Upcoming;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that is made of parts of an earlier one is the page that would be made of nothing. */
class DrawnTest {

    @TempDir
    private Path folder;

    private Fleet fleet;
    private final Drawn drawn = new Drawn();
    private String last = "";

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet(
                folder,
                "one: {every: 1h, command: 'true'}",
                "two: {schedule: '7,14 * * * *', timezone: UTC, command: 'true'}");
    }

    private void shows(String what) {
        String page = Page.live(fleet.snapshot(), drawn);
        assertEquals(Page.live(fleet.snapshot(), new Drawn()), page, what);
        assertNotEquals(last, page, what);
        last = page;
    }

    @Test
    void whateverHasChanged() throws Exception {
        shows("nothing has run");
        fleet.ran("one", "10:00:00", Outcome.SUCCEEDED, 7);
        shows("a fire");
        fleet.ran("one", "11:00:00", Outcome.FAILED, 20);
        shows("another fire");
        fleet.due("two", "12:07:00");
        shows("one is due");
        fleet.running("one", "web-1", "12:00:00", State.RUNNING);
        shows("one runs");
        fleet.member("web-1", true, "ok", Unfit.NONE);
        shows("an instance");
        fleet.configuredBy("/elsewhere.yaml");
        shows("another configuration to name");
        fleet.unreadable("two", new LedgerState.Corrupt("torn"));
        shows("a ledger that cannot be trusted");
    }

    @Test
    void theQuartersOfTheNextDayAtAnyTimeOfTheirFirst() {
        for (Instant now = Fleet.NOW; now.isBefore(Fleet.NOW.plus(Duration.ofMinutes(40))); now = now.plusSeconds(30)) {
            Instant at = now;
            List<StatusReport.Job> jobs = fleet.config().jobs().values().stream()
                    .map(job -> new StatusReport.Job(
                            job,
                            Upcoming.next(job, at),
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            Optional.empty(),
                            List.of()))
                    .toList();
            List<Quarter> quarters = Quarter.ofNextDay(jobs, now, drawn);

            assertEquals(Quarter.ofNextDay(jobs, now, new Drawn()), quarters, now.toString());
            long due = jobs.stream()
                    .filter(job -> job.next()
                            .filter(quarters.get(0).start().plus(Quarter.LENGTH)::isAfter)
                            .isPresent())
                    .count();
            assertEquals(due, quarters.get(0).jobs(), "only what is still to come: " + now);
        }
    }
}
