package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What random faults have found, as the shortest story that shows it. */
class ScenarioTest {
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(600);

    /** Each two minutes; skipped while it runs; missed if it is late; lost with its host. */
    private final JobDefinition job = VirtualFleet.job("job-0", 0);

    private final Scene scene = new Scene(Map.of("job-0", job), "a", "b");
    private final VirtualWorld world = scene.world();
    private final VirtualHost a = scene.host("a");
    private final VirtualHost b = scene.host("b");

    @AfterEach
    void end() {
        scene.close();
    }

    /** Its ledger said that all was settled up to the return: a fire that was open then was in no history. */
    @Test
    void aDefinitionThatComesBackToOneHostTakesNoFireFromTheFleet() {
        until(FIRE.minusSeconds(90));
        a.reload(VirtualFleet.config(Map.of()));
        until(FIRE.minusMillis(500));
        b.lose(); // its definitions still count: it beat a moment ago
        until(FIRE.plusSeconds(4));
        a.reload(VirtualFleet.config(Map.of("job-0", job)));
        until(FIRE.plusSeconds(600));

        assertEquals("[]; started once: 1", verdict(FIRE));
    }

    /** It wrote at its end that the job has no definition: what had come due in the meantime was in no history. */
    @Test
    void aHostThatLosesADefinitionDuringARunTakesNoFireFromTheFleet() {
        world.lasts(FIRE, Duration.ofSeconds(150));
        until(FIRE.plusSeconds(30));
        VirtualHost runner = a.runs().isEmpty() ? b : a;
        VirtualHost other = runner == a ? b : a;
        runner.reload(VirtualFleet.config(Map.of()));
        until(FIRE.plusSeconds(125));
        other.killAgent(); // what it knows of the job begins after the fire that has come due in the meantime
        other.startAgent();
        until(FIRE.plusSeconds(600));

        assertEquals("[]; started once: 3", verdict(FIRE, FIRE.plusSeconds(120), FIRE.plusSeconds(240)));
    }

    /** It took its own start for that of the schedule: what had come due for those before it was in no history. */
    @Test
    void aHostThatBootsAfterAChangeThatNobodyRecordedTakesNoFireFromTheFleet() {
        world.lasts(FIRE.minusSeconds(120), Duration.ofSeconds(200));
        until(FIRE.minusSeconds(90));
        JobDefinition often = Rollouts.changed(job, 40);
        VirtualHost c = new VirtualHost(world, "c", VirtualFleet.config(Map.of("job-0", often)));
        a.reload(VirtualFleet.config(Map.of("job-0", often)));
        b.reload(VirtualFleet.config(Map.of("job-0", often)));
        until(FIRE.minusSeconds(50));
        a.lose(); // one of them has the run, and the lock until the lease is over
        b.lose();
        until(FIRE.minusSeconds(20));
        c.boot();
        until(FIRE.plusSeconds(600));

        assertEquals("[]; started once: 1", verdict(FIRE.minusSeconds(80), FIRE.minusSeconds(40), FIRE));
    }

    /** The only host had read that nothing was paused, and stood still until the fire had come due. */
    @Test
    void whatIsPausedWhileAHostStandsStillIsSettledAsSkippedThere() {
        until(FIRE.minusSeconds(20));
        b.lose();
        a.pause();
        until(FIRE.minusSeconds(15));
        pauseAll();
        until(FIRE.plusSeconds(5));
        a.resume();
        until(FIRE.plusSeconds(60));

        byte[] ledger = world.server().content("/share/jobs/job-0.lock");
        LedgerState.Valid found = assertInstanceOf(LedgerState.Valid.class, LedgerCodec.decode("job-0", ledger));
        Settlement last = found.record().recent().get(found.record().recent().size() - 1);
        assertEquals(FIRE, last.fire());
        assertEquals(Outcome.SKIPPED, last.outcome());
        assertEquals(
                "paused by anna@c since " + FIRE.minusSeconds(15) + ": why",
                last.reason().orElse(""));
    }

    /**
     * It had found itself fit before the call for the lock hung, and claimed what it could not run any more. Seed 6 of 10,000
     * fires.
     */
    @Test
    void whoFallsIllWhileTheCallForTheLockHangsLeavesTheFireToOthers() {
        until(FIRE.minusMillis(500));
        world.server().hang(true);
        until(FIRE.plusSeconds(12));
        a.sick(true);
        until(FIRE.plusSeconds(25));
        world.server().hang(false);
        until(FIRE.plusSeconds(300));

        assertEquals("succeeded", world.judge().outcome("job-0", FIRE));
    }

    /**
     * The judge took it for lost: the fleet had the job no more, by the only host that was there to say so. Seed 1002 of
     * 100,000 fires.
     */
    @Test
    void aFleetOfWhichOnlyAHostIsUpThatHasNotTheJobOwesItNothing() {
        until(FIRE.minusSeconds(90));
        a.differs(true);
        a.reload(VirtualFleet.config(Map.of()));
        until(FIRE.minusSeconds(60));
        b.stopAgent(VirtualWorld.seconds(85));
        until(FIRE.plusSeconds(60));
        a.differs(false);
        a.reload(VirtualFleet.config(Map.of("job-0", job)));
        until(FIRE.plusSeconds(600));
        a.note();
        b.note();

        assertEquals("[]; started once: 1", verdict(FIRE, FIRE.plusSeconds(120)));
    }

    /**
     * The judge took it for lost: nobody on that host could look at the fire while the job was there. Seed 1002 of 100,000
     * fires.
     */
    @Test
    void aHostThatStoodStillOverAFireAndHasTheJobNoMoreOwesItNothing() {
        JobDefinition each = VirtualFleet.onEveryHost(job);
        try (Scene alone = new Scene(Map.of("job-0", each), "c")) {
            alone.world().judge().learn(List.of(each));
            VirtualHost c = alone.host("c");
            alone.until(FIRE.minusSeconds(60));
            c.pause();
            alone.until(FIRE.plusSeconds(30));
            c.differs(true);
            c.reload(VirtualFleet.config(Map.of()));
            alone.until(FIRE.plusSeconds(60));
            c.resume();
            c.killAgent();
            c.startAgent();
            alone.until(FIRE.plusSeconds(90));
            c.differs(false);
            c.reload(VirtualFleet.config(Map.of("job-0", each)));
            alone.until(FIRE.plusSeconds(600));
            c.note();

            Rollouts.Lane lane = new Rollouts.Lane("job-0", Optional.of("c"));
            alone.world().judge().judge(lane, new Rollouts.Expected(FIRE, each), true);
            alone.world().judge().judge(lane, new Rollouts.Expected(FIRE.plusSeconds(240), each), true);
            assertEquals(List.of(), alone.problems());
            assertEquals(1, alone.world().judge().verdict().once());
        }
    }

    private void pauseAll() {
        Instant now = FIRE.minusSeconds(15);
        Pause pause = new Pause("*", new Span(new Asked("anna@c", now, "why"), Optional.empty(), Optional.empty()));
        scene.ask(List.of(pause));
    }

    private void until(Instant time) {
        scene.until(time);
    }

    private String verdict(Instant... fires) {
        Rollouts.Lane lane = new Rollouts.Lane(job.name(), Optional.empty());
        Stream.of(fires).forEach(fire -> world.judge().judge(lane, new Rollouts.Expected(fire, job), true));
        Judge.Verdict verdict = world.judge().verdict();
        return verdict.problems() + "; started once: " + verdict.once();
    }
}
