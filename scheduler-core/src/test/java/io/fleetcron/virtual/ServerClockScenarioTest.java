package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file server whose clock is an hour ahead and is then set right. */
class ServerClockScenarioTest {
    private static final String JOB = "job-0";
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);
    private static final long HOUR = VirtualWorld.seconds(3_600);

    private final Scene scene = new Scene(Map.of(JOB, VirtualFleet.job(JOB, 0)), "a", "b");

    @AfterEach
    void end() {
        scene.close();
    }

    /** The hosts' clocks contradict it: nothing is settled or started until it is right again. */
    @Test
    void aServerThatGoesAheadOfItsHostsStopsTheFleet() {
        IntStream.range(0, 20).forEach(i -> scene.world().lasts(fire(i), Duration.ofSeconds(1)));
        scene.until(FIRE.plusSeconds(30));
        scene.server().clockJumps(HOUR);
        scene.until(FIRE.plusSeconds(100));
        assertEquals(2, reports(), "both say that the server's clock is wrong");
        scene.until(fire(2).plusSeconds(60));
        assertEquals(FIRE, settled(), "settled by a wrong clock");

        scene.server().clockJumps(-HOUR);
        scene.until(fire(5));

        assertEquals(
                List.of("succeeded", "missed", "succeeded", "succeeded"),
                scene.outcomes(JOB, FIRE, fire(1), fire(2), fire(3)));
        assertEquals(0, reports());
        assertEquals(List.of(), scene.problems());
    }

    /**
     * What comes back or changes while it is ahead began in the future: a fire until then was in no history. The fire comes
     * due before the clock is right again, or after that.
     */
    @ParameterizedTest
    @CsvSource({"false, 3600, 80", "true, 3600, 80", "false, 100, 130", "true, 100, 130"})
    void aDefinitionThatComesWhileTheServerIsAheadTakesNoFireFromTheFleet(boolean changed, long ahead, long until) {
        IntStream.range(0, 40).forEach(i -> scene.world().lasts(FIRE.plusSeconds(i * 60L), Duration.ofSeconds(1)));
        JobDefinition job = VirtualFleet.job(JOB, 0);
        if (!changed) {
            define(Map.of());
        }
        scene.until(FIRE.plusSeconds(30));
        scene.server().clockJumps(VirtualWorld.seconds(ahead));
        scene.until(FIRE.plusSeconds(60)); // all have learned it
        define(Map.of(JOB, changed ? Rollouts.changed(job, 60) : job));
        scene.until(FIRE.plusSeconds(until));

        scene.server().clockJumps(-VirtualWorld.seconds(ahead));
        scene.until(fire(3));

        assertNotEquals("", scene.outcomes(JOB, fire(1)).get(0));
        assertEquals(List.of("succeeded"), scene.outcomes(JOB, fire(2)));
        assertEquals(List.of(), scene.problems());
    }

    /** What changes while it is behind began in the past: a fire before that was never due. */
    @ParameterizedTest
    @ValueSource(ints = {100, 130})
    void aScheduleThatChangesWhileTheServerIsBehindOwesNothingFromBefore(long until) {
        IntStream.range(0, 40).forEach(i -> scene.world().lasts(FIRE.plusSeconds(i * 60L), Duration.ofSeconds(1)));
        scene.until(FIRE.plusSeconds(30));
        scene.server().clockJumps(-VirtualWorld.seconds(100));
        scene.until(FIRE.plusSeconds(65)); // all have learned it
        define(Map.of(JOB, Rollouts.changed(VirtualFleet.job(JOB, 0), 60)));
        scene.until(FIRE.plusSeconds(until));

        scene.server().clockJumps(VirtualWorld.seconds(100));
        scene.until(fire(3));

        assertEquals(List.of("", "succeeded"), scene.outcomes(JOB, FIRE.plusSeconds(60), fire(2)));
        assertNotEquals("", scene.outcomes(JOB, fire(1)).get(0));
        assertEquals(List.of(), scene.problems());
    }

    /** Each learns it with a beat of its own, and must not go on by what it knew when the others have. */
    @ParameterizedTest
    @ValueSource(ints = {125, 127, 129, 131})
    void nobodyStartsByTheWrongClockWhenItHasBeenSetRight(long ahead) {
        try (Scene fleet = new Scene(Map.of(JOB, VirtualFleet.job(JOB, 0)), "a", "b", "c", "d")) {
            IntStream.range(0, 20).forEach(i -> fleet.world().lasts(fire(i), Duration.ofSeconds(1)));
            for (VirtualHost host : fleet.hosts()) { // each beats at times of its own
                fleet.until(fleet.world().instant(fleet.world().now()).plusMillis(47_100));
                host.killAgent();
                host.startAgent();
            }
            fleet.until(FIRE.plusSeconds(30));
            int before = fleet.world().judge().starts(JOB);
            fleet.server().clockJumps(VirtualWorld.seconds(ahead));
            fleet.until(FIRE.plusSeconds(103));
            fleet.server().clockJumps(-VirtualWorld.seconds(ahead));
            fleet.until(fire(1).minusSeconds(1));
            assertEquals(before, fleet.world().judge().starts(JOB), "started before its time");
            fleet.until(fire(3).minusSeconds(60));
            assertEquals(List.of("succeeded", "succeeded"), fleet.outcomes(JOB, fire(1), fire(2)));
            assertEquals(List.of(), fleet.problems());
        }
    }

    /** All clocks agree on a wrong time, so nobody can know. Set right, the ledger is ahead, and a person decides. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLedgerThatIsAheadIsSettledByHand(boolean restarted) {
        IntStream.range(0, 60).forEach(i -> scene.world().lasts(fire(i), Duration.ofSeconds(1)));
        define(Map.of());
        scene.until(FIRE);
        allClocksAre(HOUR);
        scene.until(FIRE.plusSeconds(50)); // all have learned it
        define(Map.of(JOB, VirtualFleet.job(JOB, 0)));
        scene.until(FIRE.plusSeconds(100)); // before a fire
        Instant ahead = settled();
        assertTrue(ahead.isAfter(FIRE.plusSeconds(3_600)), "it begins by the clocks: " + ahead);

        allClocksAre(-HOUR);
        if (restarted) {
            scene.hosts().forEach(VirtualHost::killAgent);
            scene.hosts().forEach(VirtualHost::startAgent);
        }
        scene.until(fire(5).plusSeconds(60));
        assertEquals(ahead, settled());
        assertEquals(0, scene.world().judge().starts(JOB), "started by a ledger that is ahead");
        assertTrue(scene.content("/share/members/table").contains("ahead of the fleet's time"));

        scene.host("a").settleByHand(JOB);
        scene.until(fire(8).plusSeconds(60));
        assertEquals(List.of("succeeded", "succeeded"), scene.outcomes(JOB, fire(7), fire(8)));
        assertEquals(List.of(), scene.problems());
    }

    private void define(Map<String, JobDefinition> jobs) {
        scene.hosts().forEach(host -> host.reload(VirtualFleet.config(jobs)));
    }

    private static Instant fire(int number) {
        return FIRE.plusSeconds(number * PERIOD);
    }

    private void allClocksAre(long ahead) {
        scene.server().clockJumps(ahead);
        scene.hosts().forEach(host -> host.setClock(Math.max(0, ahead)));
    }

    private long reports() {
        return scene.content("/share/members/table")
                .lines()
                .filter(line -> line.contains("the clock of the file server"))
                .count();
    }

    private Instant settled() {
        byte[] ledger = scene.server().content("/share/jobs/" + JOB + ".lock");
        return assertInstanceOf(LedgerState.Valid.class, LedgerCodec.decode(JOB, ledger))
                .record()
                .settled();
    }
}
