package io.fleetcron.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Jobs of one group on simulated hosts, judged by what their commands do. All fire each two minutes. */
class GroupScenarioTest {
    private static final Logger AGENTS = (Logger) LoggerFactory.getLogger("io.fleetcron");
    private static final long PERIOD = 120;
    private static final Instant FIRE = VirtualWorld.BEGIN.plusSeconds(5 * PERIOD);
    private static final int JOBS = 5;

    @BeforeEach
    void hush() {
        AGENTS.setLevel(Level.OFF);
    }

    @AfterEach
    void end() {
        AGENTS.setLevel(null);
    }

    /** Three hosts whose jobs all fire at the same times. */
    private static final class Fleet implements AutoCloseable {
        private final VirtualWorld world;
        private final List<VirtualHost> hosts = new ArrayList<>();
        private final Map<String, JobDefinition> jobs;

        Fleet(long seed, Optional<Plant> plant, int limit, Duration runs) {
            jobs = IntStream.range(0, JOBS)
                    .mapToObj(i -> "job-" + i)
                    .collect(Collectors.toMap(name -> name, name -> job(name, limit)));
            world = new VirtualWorld(seed, plant, Optional.empty());
            IntStream.range(0, 40).forEach(i -> world.lasts(VirtualWorld.BEGIN.plusSeconds(i * PERIOD), runs));
            for (String name : List.of("a", "b", "c")) {
                VirtualHost host = new VirtualHost(world, name, VirtualFleet.config(jobs));
                hosts.add(host);
                host.boot();
            }
            until(FIRE.minusSeconds(PERIOD / 2));
        }

        void until(Instant time) {
            world.time().run(Duration.between(world.instant(world.now()), time));
        }

        VirtualHost runner() {
            return hosts.stream()
                    .filter(host -> !host.runs().isEmpty())
                    .findFirst()
                    .orElseThrow();
        }

        List<String> outcomes(Instant fire) {
            return jobs.keySet().stream()
                    .sorted()
                    .map(job -> world.judge().outcome(job, fire))
                    .toList();
        }

        @Override
        public void close() {
            world.time().end();
        }
    }

    private static JobDefinition job(String name, int limit) {
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
                        Overlap.SKIP,
                        new CatchUp(CatchUpPolicy.LATEST, Duration.ofSeconds(PERIOD)),
                        policy.tolerance(),
                        policy.onLost(),
                        policy.runOn(),
                        policy.placement(),
                        Optional.of(new RunGroup("warehouse", limit)),
                        policy.notices()),
                true,
                usual.source());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void atMostSoManyRunAtOnceAndAllGetTheirTurn(int limit) {
        try (Fleet fleet = new Fleet(limit, Optional.empty(), limit, Duration.ofSeconds(15))) {
            fleet.until(FIRE.plusSeconds(2 * PERIOD));
            assertEquals(limit, fleet.world.judge().together());
            assertEquals(IntStream.range(0, JOBS).mapToObj(i -> "succeeded").toList(), fleet.outcomes(FIRE));
            assertEquals(List.of(), fleet.world.judge().problems());
        }
    }

    /** One run fills the period: the others wait in vain, and a job that did goes before one that ran. */
    @Test
    void noJobStarvesWhereTheGroupHasTooMuchToDo() {
        try (Fleet fleet = new Fleet(7, Optional.empty(), 1, Duration.ofSeconds(PERIOD - 30))) {
            int fires = 3 * JOBS;
            fleet.until(FIRE.plusSeconds(fires * PERIOD));
            assertEquals(1, fleet.world.judge().together());
            for (String job : fleet.jobs.keySet()) {
                List<String> outcomes = IntStream.range(0, fires)
                        .mapToObj(i -> fleet.world.judge().outcome(job, FIRE.plusSeconds(i * PERIOD)))
                        .toList();
                assertTrue(outcomes.stream().filter("succeeded"::equals).count() >= 2, job + " " + outcomes);
                assertTrue(outcomes.contains("missed"), job + " " + outcomes);
            }
            assertEquals(List.of(), fleet.world.judge().problems());
        }
    }

    enum Trouble {
        AGENT_KILLED,
        SUPERVISOR_KILLED,
        HOST_CUT,
        HOST_PAUSED,
        HOST_LOST;

        void befall(VirtualHost host) {
            switch (this) {
                case AGENT_KILLED -> host.killAgent();
                case SUPERVISOR_KILLED -> host.runs().get(0).supervisorKilled();
                case HOST_CUT -> host.cut();
                case HOST_PAUSED -> host.pause();
                case HOST_LOST -> host.lose();
            }
        }

        void pass(VirtualHost host) {
            switch (this) {
                case AGENT_KILLED -> host.startAgent();
                case HOST_CUT -> host.connect();
                case HOST_PAUSED -> host.resume();
                case HOST_LOST -> host.boot();
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlotIsFreeOnlyWhenNothingOfItsRunLives(Trouble trouble) {
        try (Fleet fleet = new Fleet(3, Optional.empty(), 1, Duration.ofSeconds(100))) {
            fleet.until(FIRE.plusSeconds(20));
            VirtualHost host = fleet.runner();
            trouble.befall(host);
            fleet.until(FIRE.plusSeconds(3 * PERIOD));
            trouble.pass(host);
            fleet.until(FIRE.plusSeconds(8 * PERIOD));
            assertEquals(1, fleet.world.judge().together());
            assertTrue(
                    fleet.world.judge().problems().isEmpty(),
                    fleet.world.judge().problems()::toString);
            assertTrue(
                    IntStream.range(4, 7)
                            .allMatch(i ->
                                    fleet.outcomes(FIRE.plusSeconds(i * PERIOD)).contains("succeeded")),
                    "the slot comes back");
        }
    }

    /** What would be seen if slots excluded nobody. */
    @Test
    void aFleetInWhichEachHostGrantsItsOwnLocksIsFound() {
        try (Fleet fleet = new Fleet(1, Optional.of(Plant.LOCKS_LOCAL), 1, Duration.ofSeconds(15))) {
            fleet.until(FIRE.plusSeconds(2 * PERIOD));
            assertTrue(fleet.world.judge().together() > 1);
        }
    }
}
