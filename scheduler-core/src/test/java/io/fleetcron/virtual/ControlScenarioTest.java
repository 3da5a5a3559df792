package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What hosts do, and leave undone, by the table of controls. */
class ControlScenarioTest {
    private static final String JOB = "job-0";
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);

    /** How long before a fire something is asked for: all have read it by then. */
    private static final Duration BEFORE = Duration.ofSeconds(30);

    /** How long after a fire a trouble passes that began when something was asked. */
    private static final Duration PASSES = Duration.ofSeconds(10);

    /** What is promised of each request, on hosts that are up. */
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(10);

    private static final Map<String, JobDefinition> JOBS = Map.of(JOB, VirtualFleet.job(JOB, 0));

    private final Scene scene = new Scene(JOBS, "a", "b", "c");

    ControlScenarioTest() {
        IntStream.range(0, 60).forEach(i -> scene.world().lasts(fire(i), Duration.ofSeconds(1)));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void aSkippedFireIsLeftOutAndTheNextOneRuns() {
        ask(FIRE, asked -> new Control.Skip(JOB, new Span(asked, Optional.of(FIRE), Optional.empty())));
        scene.until(fire(2));

        assertEquals(List.of("skipped", "succeeded"), scene.outcomes(JOB, FIRE, fire(1)));
        assertEquals(
                "left out by anna@x since " + FIRE.minus(BEFORE) + ": why",
                scene.world().judge().reason(JOB, FIRE));
        assertEquals(List.of(), scene.problems());
    }

    @Test
    void aPauseOfAllJobsHoldsForThoseThatAreDefinedLaterUntilItIsEnded() {
        Asked asked = ask(FIRE, by -> new Control.Pause("*", whileItHolds(by)));
        Map<String, JobDefinition> more = Map.of(JOB, VirtualFleet.job(JOB, 0), "later", VirtualFleet.job("later", 0));
        scene.hosts().forEach(host -> host.reload(VirtualFleet.config(more)));
        scene.until(fire(2).minus(BEFORE));
        Asked end = new Asked("bert@x", fire(2).minus(BEFORE), "done");
        scene.ask(List.of(new Control.Pause("*", whileItHolds(asked)).endedBy(end)));
        scene.until(fire(3));

        for (String job : List.of(JOB, "later")) {
            assertEquals(List.of("skipped", "skipped", "succeeded"), scene.outcomes(job, FIRE, fire(1), fire(2)), job);
        }
        assertEquals(List.of(), scene.problems());
    }

    /** An agent that starts reads what is asked before it claims. */
    @Test
    void aDrainedHostClaimsNothingAlsoAfterARestartUntilItIsUndrained() {
        String drained = "b";
        Asked asked = ask(FIRE, by -> new Control.Drain(drained, whileItHolds(by)));
        scene.until(fire(3));
        scene.host(drained).killAgent();
        scene.host(drained).startAgent();
        scene.until(fire(20).minus(BEFORE));
        List<String> others = scene.world().judge().hosts(JOB, FIRE.minusSeconds(1));
        assertEquals(20, others.size());
        assertFalse(others.contains(drained), others.toString());
        assertEquals(List.of("a", "c"), others.stream().distinct().sorted().toList());

        Asked end = new Asked("bert@x", fire(20).minus(BEFORE), "done");
        scene.ask(List.of(new Control.Drain(drained, whileItHolds(asked)).endedBy(end)));
        scene.until(fire(40));
        assertTrue(scene.world().judge().hosts(JOB, fire(20).minusSeconds(1)).contains(drained));
        assertEquals(List.of(), scene.problems());
    }

    @Test
    void whereTheTableCannotBeTrustedNothingStartsUntilItIsMadeAnew() {
        ask(FIRE, by -> new Control.Pause("other", whileItHolds(by)));
        byte[] whole = scene.server().content(VirtualServer.CONTROLS);
        byte[] damaged = whole.clone();
        damaged[3] ^= 1;
        damaged[515] ^= 1;
        scene.server().restore(VirtualServer.CONTROLS, damaged);
        scene.until(fire(2).minus(BEFORE));
        assertEquals(List.of(), scene.world().judge().hosts(JOB, FIRE.minusSeconds(1)));

        scene.server().restore(VirtualServer.CONTROLS, whole);
        scene.until(fire(4));
        assertEquals(List.of("succeeded", "succeeded"), scene.outcomes(JOB, fire(2), fire(3)));
        assertFalse(scene.outcomes(JOB, FIRE, fire(1)).contains(""), "all are accounted for");
    }

    /** The one that should have done it died. */
    @Test
    void aRunIsEndedByTheNextAgentOfItsHost() {
        scene.world().lasts(FIRE, Duration.ofHours(5));
        scene.until(FIRE.plusSeconds(20));
        VirtualHost runner = scene.hosts().stream()
                .filter(host -> !host.runs().isEmpty())
                .findFirst()
                .orElseThrow();
        runner.killAgent();
        long token = scene.world().judge().token(JOB);
        Asked by = new Asked("anna@x", FIRE.plusSeconds(20), "it hangs");
        scene.ask(List.of(new Control.Kill(JOB, token, whileItHolds(by))));
        scene.until(FIRE.plusSeconds(80));
        assertEquals(List.of(""), scene.outcomes(JOB, FIRE), "nobody else ends it");
        runner.startAgent();
        scene.until(FIRE.plusSeconds(110));

        assertEquals(List.of("killed"), scene.outcomes(JOB, FIRE));
        assertEquals(
                "ended by anna@x since " + FIRE.plusSeconds(20) + ": it hangs",
                scene.world().judge().reason(JOB, FIRE));
    }

    /** Nobody knows what was claimed under a ledger that is lost. */
    @Test
    void aRequestThatWasClaimedUnderALostLedgerIsNotClaimedAgain() {
        ask(
                fire(1),
                asked -> new Control.Run(
                        JOB,
                        "4711",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        new Span(asked, Optional.of(asked.at().plusSeconds(600)), Optional.empty())));
        scene.until(fire(1).minusSeconds(2));
        assertEquals(1, scene.world().judge().hosts(JOB, FIRE.plusSeconds(20)).size(), "it has run");

        scene.server().restore("/share/jobs/" + JOB + ".lock", new byte[0]);
        scene.host("a").settleByHand(JOB);
        scene.until(fire(3).minusSeconds(2));
        assertEquals(
                3, scene.world().judge().hosts(JOB, FIRE.plusSeconds(20)).size(), "it, and the two fires after that");
        assertEquals(List.of(), scene.problems());
    }

    /** What is wrong from when somebody asks until {@link #PASSES} after the fire. */
    enum Trouble {
        /** No host can read what is asked before the fire is due. */
        SHARE_HUNG,
        /** Each host's own clock is minutes away from the others'. */
        CLOCKS_APART;

        void befall(Scene scene) {
            switch (this) {
                case SHARE_HUNG -> scene.server().hang(true);
                case CLOCKS_APART -> {
                    scene.host("a").setClock(VirtualWorld.seconds(600));
                    scene.host("b").setClock(VirtualWorld.seconds(-600));
                }
            }
        }

        void pass(Scene scene) {
            switch (this) {
                case SHARE_HUNG -> scene.server().hang(false);
                case CLOCKS_APART -> scene.hosts().forEach(host -> host.setClock(0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPauseAndItsEndHoldAlsoUnderTrouble(Trouble trouble) {
        Control.Pause pause = new Control.Pause("*", whileItHolds(by(FIRE)));
        beside(trouble, FIRE, pause);
        assertEquals(List.of(), starts(fire(1).minusSeconds(1)));
        beside(trouble, fire(2), pause.endedBy(by(fire(2))));
        scene.until(fire(4).minusSeconds(1));

        assertEquals(
                List.of("skipped", "skipped", "succeeded", "succeeded"),
                scene.outcomes(JOB, FIRE, fire(1), fire(2), fire(3)));
        assertEquals(List.of(), scene.problems());
    }

    @ParameterizedTest
    @EnumSource
    void aSkipLeavesOutOneFireAlsoUnderTrouble(Trouble trouble) {
        beside(trouble, FIRE, new Control.Skip(JOB, new Span(by(FIRE), Optional.of(FIRE), Optional.empty())));
        assertEquals(List.of(), starts(fire(1).minusSeconds(1)));
        scene.until(fire(2));

        assertEquals(List.of("skipped", "succeeded"), scene.outcomes(JOB, FIRE, fire(1)));
        assertEquals(List.of(), scene.problems());
    }

    @ParameterizedTest
    @EnumSource
    void aDrainedHostClaimsNothingAlsoUnderTrouble(Trouble trouble) {
        beside(
                trouble,
                FIRE,
                new Control.Drain("a", whileItHolds(by(FIRE))),
                new Control.Drain("b", whileItHolds(by(FIRE))));
        assertEquals(List.of("c", "c", "c", "c"), starts(fire(4).minusSeconds(1)));
        assertEquals(List.of(), scene.problems());
    }

    /** A run lives through a share that hangs for less than three quarters of the lease; nothing else ends it then. */
    @ParameterizedTest
    @EnumSource
    void aRunIsEndedAlsoUnderTrouble(Trouble trouble) {
        scene.world().lasts(FIRE, Duration.ofHours(5));
        scene.until(FIRE.plusSeconds(20));
        long token = scene.world().judge().token(JOB);
        Asked asked = new Asked("anna@x", FIRE.plusSeconds(20), "it hangs");
        scene.ask(List.of(new Control.Kill(JOB, token, whileItHolds(asked))));
        trouble.befall(scene);
        scene.until(asked.at().plusSeconds(20));
        trouble.pass(scene);
        scene.until(asked.at().plusSeconds(20).plus(TAKES_EFFECT));

        assertTrue(scene.hosts().stream().allMatch(host -> host.runs().isEmpty()), "it is dead");
        scene.until(fire(2).minusSeconds(1));
        assertEquals(List.of("killed", "succeeded"), scene.outcomes(JOB, FIRE, fire(1)));
    }

    /** Asks for it {@link #BEFORE} that fire, and there is trouble from then on, until {@link #PASSES} after it. */
    private void beside(Trouble trouble, Instant fire, Control... wanted) {
        scene.until(fire.minus(BEFORE));
        trouble.befall(scene);
        scene.ask(List.of(wanted));
        scene.until(fire.plus(PASSES));
        trouble.pass(scene);
    }

    private static Asked by(Instant fire) {
        return new Asked("anna@x", fire.minus(BEFORE), "why");
    }

    /** The hosts on which the job was started from {@link #FIRE} to that time. */
    private List<String> starts(Instant until) {
        scene.until(until);
        return scene.world().judge().hosts(JOB, FIRE.minusSeconds(1));
    }

    private interface Wanted {
        Control by(Asked asked);
    }

    /** Asks for it {@link #BEFORE} that fire. */
    private Asked ask(Instant fire, Wanted wanted) {
        Instant at = fire.minus(BEFORE);
        scene.until(at);
        Asked asked = new Asked("anna@x", at, "why");
        scene.ask(List.of(wanted.by(asked)));
        return asked;
    }

    private static Span whileItHolds(Asked asked) {
        return new Span(asked, Optional.empty(), Optional.empty());
    }

    private static Instant fire(int number) {
        return FIRE.plusSeconds(number * PERIOD);
    }
}
