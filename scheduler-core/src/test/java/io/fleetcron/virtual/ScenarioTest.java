package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.config.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

        assertEquals("[]; started once: 1", verdict());
    }

    private void until(Instant time) {
        world.time().run(Duration.between(world.instant(world.now()), time));
    }

    private String verdict() {
        world.judge().fires(job, List.of(FIRE));
        Judge.Verdict verdict = world.judge().verdict();
        return verdict.problems() + "; started once: " + verdict.once();
    }
}
