package io.fleetcron.bench.jmh;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The next scheduled time after an instant that moves on from call to call, as it does in an agent. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NextTimeBenchmark {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");

    private static final Map<String, String> EXPRESSIONS = Map.of(
            "interval", "every 90s",
            "dense", "*/5 * * * * *",
            "sparse", "30 2 29 2 *",
            "daylight-saving", "30 2 * * *");

    @Param({"interval", "dense", "sparse", "daylight-saving"})
    public String kind;

    private Schedule schedule;
    private Instant after;

    @Setup
    public void parse() {
        // Half past two does not exist on one day of the year there, and comes twice on another.
        ZoneId zone = ZoneId.of(kind.equals("daylight-saving") ? "Europe/Berlin" : "UTC");
        schedule = Schedules.parse(EXPRESSIONS.get(kind), zone, "job");
        after = BEGIN;
    }

    @Benchmark
    public Optional<Instant> next() {
        Optional<Instant> next = schedule.next(after);
        after = next.filter(END::isAfter).orElse(BEGIN);
        return next;
    }
}
