package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What is owed after an outage, and after a definition was gone, to the second. */
class PolicyScenarioTest {
    private static final Logger AGENTS = (Logger) LoggerFactory.getLogger("io.fleetcron");
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);

    private final VirtualWorld world = new VirtualWorld(1, Optional.empty(), Optional.empty());
    private final VirtualHost a = new VirtualHost(world, "a", VirtualFleet.config(Map.of()));
    private final VirtualHost b = new VirtualHost(world, "b", VirtualFleet.config(Map.of()));

    @BeforeEach
    void boot() {
        AGENTS.setLevel(Level.OFF);
        IntStream.range(0, 30)
                .forEach(i -> world.lasts(VirtualWorld.BEGIN.plusSeconds(i * PERIOD), Duration.ofSeconds(1)));
        a.boot();
        b.boot();
    }

    @AfterEach
    void end() {
        world.time().end();
        AGENTS.setLevel(null);
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

    /** Of the four fires after {@link #FIRE}. */
    private List<String> outcomes(String job) {
        return IntStream.rangeClosed(1, 4)
                .mapToObj(i -> world.judge().outcome(job, FIRE.plusSeconds(i * PERIOD)))
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
        world.time().run(Duration.between(world.instant(world.now()), time));
    }

    /** Late after ten seconds. */
    private static JobDefinition job(String name, Overlap overlap, CatchUp catchUp) {
        JobDefinition usual = VirtualFleet.job(name, 0);
        RunPolicy policy = RunPolicy.USUAL;
        return new JobDefinition(
                name,
                "",
                usual.schedule(),
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
                        policy.notices()),
                true,
                usual.source());
    }
}
