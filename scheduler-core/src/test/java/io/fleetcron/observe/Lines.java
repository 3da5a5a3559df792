package io.fleetcron.observe;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunUsage;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Lines of history for tests; times are seconds of one day. */
public final class Lines {

    private static final Instant DAY = Instant.parse("2026-11-23T00:00:00Z");

    private Lines() {}

    public static Instant at(int second) {
        return DAY.plusSeconds(second);
    }

    /** A run that succeeded. */
    public static HistoryLine ran(String job, int fire, long token, String instance) {
        return new HistoryLine(
                job,
                new Settlement(
                        at(fire),
                        at(fire),
                        1,
                        Outcome.SUCCEEDED,
                        RunOrigin.SCHEDULE,
                        instance,
                        instance,
                        token,
                        new Settlement.Execution(1, Optional.of(at(fire)), OptionalInt.of(0), Optional.empty()),
                        at(fire + 1)));
    }

    /** The same run, of which it is known what it used: 1.5 s of processor and 3 MiB of memory. */
    public static HistoryLine counted(HistoryLine ran) {
        Settlement run = ran.settlement();
        return new HistoryLine(
                ran.job(),
                new Settlement(
                        run.fire(),
                        run.through(),
                        run.count(),
                        run.outcome(),
                        run.trigger(),
                        run.instance(),
                        run.settledBy(),
                        run.token(),
                        new Settlement.Execution(
                                run.attempts(),
                                run.started(),
                                run.exit(),
                                Optional.of(new RunUsage(Duration.ofMillis(1300), Duration.ofMillis(200), 3 << 20))),
                        run.ended()));
    }

    /** Fires that were missed, settled together. */
    public static HistoryLine missed(String job, int from, int through, long count, int settled) {
        return new HistoryLine(
                job,
                new Settlement(
                        at(from),
                        at(through),
                        count,
                        Outcome.MISSED,
                        RunOrigin.SCHEDULE,
                        "a",
                        "a",
                        7,
                        Settlement.Execution.NONE,
                        at(settled)));
    }
}
