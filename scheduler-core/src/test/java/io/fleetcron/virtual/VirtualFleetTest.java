package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.Slow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Fleets under virtual time: the guarantee under random faults, and that the judge is able to say no. */
@Slow
class VirtualFleetTest {

    /** Most deliberate faults show in a fraction of the fires in which they surely do. */
    private static final int LUCK = 8;

    private static final Logger AGENTS = (Logger) LoggerFactory.getLogger("io.fleetcron");

    @BeforeAll
    static void silenceAgents() {
        AGENTS.setLevel(Level.OFF);
    }

    @AfterAll
    static void letAgentsSpeak() {
        AGENTS.setLevel(null);
    }

    @Test
    void tenThousandFiresUnderRandomFaults() {
        VirtualFleet.Result result = simulate(10_000, 100, 1, Fault.parse("all"), Optional.empty());

        assertTrue(result.verdict().isGood(), () -> story(result));
        assertEquals(10_000, result.verdict().fires());
    }

    /**
     * Groups that are nearly full, definitions with exceptions, beginnings, ends, exit statuses, hosts and tolerances of their
     * own, people who pause, skip and drain, and all that goes wrong.
     */
    @Test
    void whatPeopleWantHoldsUnderRandomFaults() {
        VirtualFleet.Result result = simulate(
                1_000,
                50,
                2,
                Fault.parse("all,groups,controls,exceptions,bounds,statuses,placement,tolerance"),
                Optional.empty());

        assertTrue(result.verdict().isGood(), () -> story(result));
        assertTrue(result.verdict().excuses().getOrDefault(Judge.Excuse.LEFT_OUT, 0) > 20, () -> story(result));
    }

    @Test
    void whereNothingGoesWrongEveryFireIsStartedOnceUnlessTheJobStillRuns() {
        VirtualFleet.Result result = simulate(1_000, 50, 2, List.of(), Optional.empty());

        assertTrue(result.verdict().isGood(), () -> story(result));
        assertTrue(result.verdict().once() > 970, () -> story(result));
        assertTrue(result.verdict().lateness().p99() < 1_000, () -> story(result));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5})
    void theSameSeedGivesTheSameHistory(long seed) {
        VirtualFleet.Result first = simulate(500, 50, seed, Fault.parse("all"), Optional.empty());
        VirtualFleet.Result second = simulate(500, 50, seed, Fault.parse("all"), Optional.empty());

        assertEquals(first, second);
    }

    /** What the deliberate faults add to is no fault by itself, however much goes wrong. */
    @ParameterizedTest
    @MethodSource("whatGoesWrongBesidePlants")
    void isContentWithWhatGoesWrongBesideThem(String faults) {
        VirtualFleet.Result result = simulate(1_000, 50, 1, Fault.parse(faults), Optional.of(Plant.NOTHING));

        assertTrue(result.verdict().isGood(), () -> story(result));
    }

    static Stream<String> whatGoesWrongBesidePlants() {
        return Arrays.stream(Plant.values()).map(Plant::faults).distinct();
    }

    @ParameterizedTest
    @EnumSource(value = Plant.class, mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void findsEachDeliberateFault(Plant plant) {
        VirtualFleet.Plan plan = new VirtualFleet.Plan(
                plant.instances(), plant.fires(), 50, 1, Fault.parse(plant.faults()), Optional.of(plant));

        assertTrue(
                VirtualFleet.fails(plan.withFires(plan.fires() / LUCK)) || VirtualFleet.fails(plan), plan.toString());
    }

    /** A failure is of use only with its story. */
    @Test
    void tracesTheFirstProblem() {
        VirtualFleet.Result result =
                simulate(300, 50, 1, Fault.parse(Plant.LOCKS_LOCAL.faults()), Optional.of(Plant.LOCKS_LOCAL));

        String job = result.verdict().problems().get(0).job();
        assertTrue(
                result.trace().stream()
                                .filter(line -> line.contains(job + ":") && line.contains("started"))
                                .count()
                        > 1,
                () -> story(result));
    }

    /** Of more than twenty troubles of five kinds, hardly more is left than the cut that kept a run from its lock. */
    @Test
    void shortensAFailureToTheTroublesThatItTakes() {
        VirtualFleet.Plan plan = new VirtualFleet.Plan(
                3, 600, 20, 6, Fault.parse("cut,agent,people,clock,sick"), Optional.of(Plant.NO_FENCING));
        VirtualFleet.Result failed = VirtualFleet.simulate(plan, share -> {});
        assertFalse(failed.verdict().isGood(), plan.toString());

        VirtualFleet.Plan least = Shrinking.of(plan, failed, 20_000);
        VirtualFleet.Result shorter = VirtualFleet.simulate(least, share -> {});

        assertFalse(shorter.verdict().isGood(), least.options());
        assertTrue(least.faults().contains(Fault.CUT), least.options());
        assertTrue(least.faults().size() <= 3, least.options());
        assertTrue(shorter.troubles().size() <= 3, () -> least.options() + ", at first " + failed.troubles());
        assertTrue(shorter.trace().size() < failed.trace().size(), () -> story(failed) + "\n" + story(shorter));
        assertTrue(shorter.trace().stream().anyMatch(line -> line.contains("cut off")), () -> story(shorter));
    }

    /** What is printed can be given back to the command. */
    @Test
    void theOptionsOfAShorterCaseNameItsTroubles() {
        VirtualFleet.Plan plan = new VirtualFleet.Plan(2, 50, 10, 7, Fault.parse("cut,loss"), Optional.empty())
                .withOnly(List.of("cut-2", "loss-1"));

        assertEquals(plan, VirtualMain.plan(plan.options().split(" ", -1)));
    }

    private static VirtualFleet.Result simulate(
            int fires, int jobs, long seed, List<Fault> faults, Optional<Plant> plant) {
        return VirtualFleet.simulate(new VirtualFleet.Plan(5, fires, jobs, seed, faults, plant), share -> {});
    }

    private static String story(VirtualFleet.Result result) {
        return result.verdict() + "\n" + String.join("\n", result.trace());
    }
}
