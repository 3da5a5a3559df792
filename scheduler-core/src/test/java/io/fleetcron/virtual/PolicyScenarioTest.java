package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.calendar.Exclusion;
import io.fleetcron.config.calendar.Exclusions;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of fires that come due during a run, an outage, and a time without a definition, to the second. */
class PolicyScenarioTest {
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);

    private final Scene scene = new Scene(Map.of(), "a", "b");
    private final VirtualWorld world = scene.world();
    private final VirtualHost a = scene.host("a");
    private final VirtualHost b = scene.host("b");

    @BeforeEach
    void letRunsLastASecond() {
        IntStream.range(0, 30)
                .forEach(i -> world.lasts(VirtualWorld.BEGIN.plusSeconds(i * PERIOD), Duration.ofSeconds(1)));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    /** Its ledger learns of the new schedule when the run ends, and another agent than the one that got it then. */
    @Test
    void aScheduleThatCameDuringARunOfThisHostOutlivesItsAgent() {
        JobDefinition job = VirtualFleet.onEveryHost(job("own", Overlap.SKIP, CatchUp.NONE));
        a.reload(VirtualFleet.config(Map.of("own", job)));
        IntStream.range(0, 9).forEach(i -> world.lasts(FIRE.plusSeconds(i * 60L), Duration.ofSeconds(1)));
        world.lasts(FIRE, Duration.ofSeconds(200));
        scene.until(FIRE.plusSeconds(30));
        a.reload(VirtualFleet.config(Map.of("own", Rollouts.changed(job, 60))));
        scene.until(FIRE.plusSeconds(130));
        a.killAgent();
        scene.until(FIRE.plusSeconds(150));
        a.startAgent();
        scene.until(FIRE.plusSeconds(400));

        assertEquals(
                List.of("succeeded", "skipped", "skipped", "skipped", "succeeded"),
                scene.outcomes(
                        "own",
                        FIRE,
                        FIRE.plusSeconds(60),
                        FIRE.plusSeconds(120),
                        FIRE.plusSeconds(180),
                        FIRE.plusSeconds(240)));
        assertEquals(List.of(), scene.problems());
    }

    /** The other host's tokens say nothing of this host's ledger: what is settled by hand here is on record. */
    @Test
    void aJobOfEveryHostIsSettledByHandBesideAnotherHostsRun() {
        JobDefinition job = VirtualFleet.onEveryHost(job("own", Overlap.SKIP, CatchUp.NONE));
        world.judge().learn(List.of(job));
        b.reload(VirtualFleet.config(Map.of("own", job)));
        world.lasts(FIRE, Duration.ofSeconds(60));
        scene.until(FIRE.minusSeconds(200));
        a.reload(VirtualFleet.config(Map.of("own", job)));
        scene.until(FIRE.minusSeconds(30));
        a.killAgent();
        scene.until(FIRE.plusSeconds(20)); // the other one says that it runs the job

        a.settleByHand("own");
        scene.until(FIRE.plusSeconds(80));

        assertEquals(List.of("missed"), scene.outcomes("own@a", FIRE));
        assertEquals(List.of("succeeded"), scene.outcomes("own@b", FIRE));
        assertEquals(List.of(), scene.problems());
    }

    @Test
    void whatIsOwedAfterAllAgentsWereDown() {
        Duration hour = Duration.ofHours(1);
        Map<String, JobDefinition> jobs = Map.of(
                "none", job("none", Overlap.SKIP, CatchUp.NONE),
                "latest", job("latest", Overlap.SKIP, new CatchUp(CatchUpPolicy.LATEST, hour)),
                "all", job("all", Overlap.SKIP, new CatchUp(CatchUpPolicy.ALL, hour)),
                "recent",
                        job(
                                "recent",
                                Overlap.SKIP,
                                new CatchUp(CatchUpPolicy.ALL, Duration.ofSeconds(5 * PERIOD / 2))));
        define(jobs, false);
        until(FIRE.plusSeconds(PERIOD / 2));
        a.killAgent();
        b.killAgent();
        until(FIRE.plusSeconds(4 * PERIOD + PERIOD / 2));
        b.startAgent();
        until(FIRE.plusSeconds(8 * PERIOD));

        assertEquals(List.of("missed", "missed", "missed", "missed"), outcomes("none"));
        assertEquals(List.of("missed", "missed", "missed", "succeeded"), outcomes("latest"));
        assertEquals(List.of("succeeded", "succeeded", "succeeded", "succeeded"), outcomes("all"));
        assertEquals(List.of("missed", "missed", "succeeded", "succeeded"), outcomes("recent"));
        assertEquals(List.of(), world.judge().problems());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aJobThatIsTakenOutStartsNothingAndOwesNothingWhenItIsBack(boolean restarted) {
        Map<String, JobDefinition> jobs =
                Map.of("busy", job("busy", Overlap.QUEUE, new CatchUp(CatchUpPolicy.ALL, Duration.ofHours(1))));
        define(jobs, false);
        world.lasts(FIRE, Duration.ofSeconds(PERIOD + PERIOD / 2));
        until(FIRE.plusSeconds(PERIOD / 4));
        define(Map.of(), restarted); // the run goes on, and the next fire comes due during it
        until(FIRE.plusSeconds(4 * PERIOD + PERIOD / 2));
        define(jobs, restarted);
        until(FIRE.plusSeconds(6 * PERIOD));

        assertEquals(List.of("", "", "", ""), outcomes("busy"));
        assertEquals("succeeded", world.judge().outcome("busy", FIRE));
        assertEquals("succeeded", world.judge().outcome("busy", FIRE.plusSeconds(5 * PERIOD)));
        assertEquals(List.of(), world.judge().problems());
    }

    @Test
    void aJobLongerThanItsPeriod() {
        define(
                Map.of(
                        "skips", job("skips", Overlap.SKIP, CatchUp.NONE),
                        "queues", job("queues", Overlap.QUEUE, CatchUp.NONE),
                        "replaces", job("replaces", Overlap.REPLACE, CatchUp.NONE)),
                false);
        IntStream.range(0, 10).forEach(i -> world.lasts(fire(i), Duration.ofSeconds(PERIOD + PERIOD / 12)));
        until(fire(6));

        assertEquals(List.of("skipped", "succeeded", "skipped", "succeeded"), outcomes("skips"));
        assertEquals(List.of("succeeded", "succeeded", "succeeded", "succeeded"), outcomes("queues"));
        assertEquals(List.of("killed", "killed", "killed", "killed"), outcomes("replaces"));
        assertEquals(List.of(), world.judge().problems());
    }

    @Test
    void newAndChangedSchedulesOweNothingFromBefore() {
        CatchUp all = new CatchUp(CatchUpPolicy.ALL, Duration.ofDays(10));
        JobDefinition seldom = job("changing", Schedules.every(Duration.ofDays(300)), Overlap.SKIP, all);
        define(Map.of("changing", seldom), false);
        until(fire(2).plusSeconds(PERIOD / 2));
        define(Map.of("changing", job("changing", Overlap.SKIP, all), "new", job("new", Overlap.SKIP, all)), false);
        until(fire(5));

        for (String job : List.of("changing", "new")) {
            assertEquals(List.of("", "", "succeeded", "succeeded"), outcomes(job), job);
            assertEquals("", world.judge().outcome(job, FIRE), job);
        }
        assertEquals(List.of(), world.judge().problems());
    }

    /** They are settled with the reason, in their turn, and never started. */
    @Test
    void exceptedFiresAreSkippedAndTheOthersRun() {
        Exclusion rest = new Rest(FIRE.plusSeconds(2 * PERIOD), FIRE.plusSeconds(4 * PERIOD));
        JobDefinition usual = job("rests", Overlap.SKIP, new CatchUp(CatchUpPolicy.ALL, Duration.ofHours(1)));
        JobDefinition rests = new JobDefinition(
                usual.name(),
                usual.description(),
                usual.schedule(),
                usual.timezone(),
                new Exclusions(List.of(rest), ZoneOffset.UTC),
                usual.command(),
                usual.environment(),
                usual.policy(),
                usual.enabled(),
                usual.source());
        define(Map.of("rests", rests), false);
        until(FIRE.plusSeconds(5 * PERIOD));

        assertEquals(List.of("succeeded", "skipped", "skipped", "succeeded"), outcomes("rests"));
        assertEquals(
                List.of("", "excepted: the rest", "excepted: the rest", ""),
                IntStream.rangeClosed(1, 4)
                        .mapToObj(i -> world.judge().reason("rests", fire(i)))
                        .toList());
        assertEquals(List.of(), world.judge().problems());
    }

    /** From a time on, and up to another. */
    private record Rest(Instant from, Instant to) implements Exclusion {
        @Override
        public Optional<String> part(ZonedDateTime time) {
            return time.toInstant().isBefore(from) || !time.toInstant().isBefore(to)
                    ? Optional.empty()
                    : Optional.of("the rest");
        }

        @Override
        public String canonical() {
            return written();
        }

        @Override
        public String written() {
            return from + " to " + to;
        }
    }

    private static Instant fire(int after) {
        return FIRE.plusSeconds(after * PERIOD);
    }

    /** Of the four fires after {@link #FIRE}. */
    private List<String> outcomes(String job) {
        return IntStream.rangeClosed(1, 4)
                .mapToObj(i -> world.judge().outcome(job, fire(i)))
                .toList();
    }

    private void define(Map<String, JobDefinition> jobs, boolean restarted) {
        for (VirtualHost host : List.of(a, b)) {
            if (restarted) {
                host.killAgent();
            }
            host.reload(VirtualFleet.config(jobs));
            host.startAgent();
        }
    }

    private void until(Instant time) {
        scene.until(time);
    }

    /** Late after ten seconds. */
    private static JobDefinition job(String name, Overlap overlap, CatchUp catchUp) {
        return job(name, VirtualFleet.job(name, 0).schedule(), overlap, catchUp);
    }

    private static JobDefinition job(String name, Schedule schedule, Overlap overlap, CatchUp catchUp) {
        JobDefinition usual = VirtualFleet.job(name, 0);
        RunPolicy policy = RunPolicy.USUAL;
        return new JobDefinition(
                name,
                "",
                schedule,
                usual.timezone(),
                usual.command(),
                usual.environment(),
                new RunPolicy(
                        policy.timeout(),
                        policy.killAfter(),
                        policy.success(),
                        policy.retries(),
                        overlap,
                        catchUp,
                        Optional.of(Duration.ofSeconds(10)),
                        policy.onLost(),
                        policy.runOn(),
                        policy.placement(),
                        policy.group(),
                        policy.notices()),
                true,
                usual.source());
    }
}
