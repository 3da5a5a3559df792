package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.config.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What random faults have found, as the shortest story that shows it. */
class ScenarioTest {
    private static final Logger AGENTS = (Logger) LoggerFactory.getLogger("io.fleetcron");
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(600);

    /** Each two minutes; skipped while it runs; missed if it is late; lost with its host. */
    private final JobDefinition job = VirtualFleet.job("job-0", 0);

    private final VirtualWorld world = new VirtualWorld(1, Optional.empty(), Optional.empty());
    private final VirtualHost a = new VirtualHost(world, "a", VirtualFleet.config(Map.of("job-0", job)));
    private final VirtualHost b = new VirtualHost(world, "b", VirtualFleet.config(Map.of("job-0", job)));

    @BeforeEach
    void boot() {
        AGENTS.setLevel(Level.OFF);
        a.boot();
        b.boot();
    }

    @AfterEach
    void end() {
        world.time().end();
        AGENTS.setLevel(null);
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

    private void until(Instant time) {
        world.time().run(Duration.between(world.instant(world.now()), time));
    }

    private String verdict(Instant... fires) {
        Rollouts.Lane lane = new Rollouts.Lane(job.name(), Optional.empty());
        Stream.of(fires).forEach(fire -> world.judge().judge(lane, new Rollouts.Expected(fire, job), true));
        Judge.Verdict verdict = world.judge().verdict();
        return verdict.problems() + "; started once: " + verdict.once();
    }
}
