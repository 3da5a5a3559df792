package io.fleetcron.fitness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.claim.RunSpecs;
import io.fleetcron.command.CgroupParents;
import io.fleetcron.command.CommandResolver;
import io.fleetcron.command.HostUsers;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.loop.ThreadedEventLoop;
import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import io.fleetcron.run.Cgroups;
import io.fleetcron.run.CommandSpec;
import io.fleetcron.run.ResourceLimits;
import io.fleetcron.run.RunSpec;
import io.fleetcron.run.SupervisedLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an instance finds out about its host, with a real state directory and a user database that may hang. */
@Timeout(60)
@Slow
class FitnessTest {

    @TempDir
    Path folder;

    private final Users users = new Users();
    private final EventLoop threads = new ThreadedEventLoop();
    private Map<String, JobDefinition> jobs = Map.of();

    @SuppressWarnings("NullAway.Init") // by begin
    private Preparations preparations;

    @SuppressWarnings("NullAway.Init")
    private Fitness fitness;

    @BeforeEach
    void load() throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: shared\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  named: {every: 1h, user: known, command: id}
                  other: {every: 1h, user: somebody, command: id}
                  plain: {every: 1h, command: id}
                """);
        jobs = new ConfigLoader().load(main).config().orElseThrow().jobs();
        begin(Duration.ofSeconds(20));
    }

    private void begin(Duration deadline) {
        SupervisedLauncher launcher = new SupervisedLauncher(folder.resolve("state"), "a", InstantSource.system());
        preparations = new Preparations(
                new CommandResolver(users, CgroupParents.here(Map.of()), "here"), launcher, threads, deadline);
        fitness = new Fitness(preparations, launcher, "host");
    }

    @Test
    void aHostThatCanRunAJobKeepsOneDirectoryReadyForIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Preparation found = fitness.prepare(job("named"))) {
                assertEquals(Optional.empty(), found.ailment());
                assertTrue(found.command().isPresent() && found.place().isPresent());
            }
        }
        try (Stream<Path> kept = Files.list(folder.resolve("state/runs"))) {
            assertEquals(1, kept.count());
        }
        assertTrue(fitness.isWell());
    }

    @Test
    void aUserThatDoesNotExistIsOneJobsTrouble() throws Exception {
        users.known = false;
        fitness.define(jobs.values());
        assertTrue(fitness.isUnfit("named"));
        assertFalse(fitness.isUnfit("plain"));
        assertEquals(Optional.empty(), fitness.report().host());
        assertTrue(fitness.summary().orElseThrow().contains("user 'known' does not exist on host here"));
        assertTrue(fitness.summary().orElseThrow().startsWith("unfit for job named: "));

        users.known = true;
        fitness.recheck();
        assertTrue(fitness.isWell());
        assertEquals(Unfit.NONE, fitness.report());
    }

    @Test
    void aJobThatIsTakenOutIsForgotten() throws Exception {
        users.known = false;
        fitness.define(jobs.values());
        fitness.define(List.of(job("plain")));
        assertTrue(fitness.isWell());
    }

    @Test
    void aStateDirectoryThatTakesNoRunIsTheWholeHostsTrouble() throws Exception {
        Path inTheWay =
                Files.createFile(Files.createDirectory(folder.resolve("state")).resolve("runs"));
        assertTrue(fitness.prepare(job("named")).ailment().orElseThrow().ofHost());
        assertTrue(fitness.isUnfit("plain"));
        assertTrue(fitness.report().host().orElseThrow().contains("make room in state_dir"));
        fitness.recheck();
        assertTrue(fitness.isUnfit("plain"));

        Files.delete(inTheWay);
        assertTrue(fitness.isUnfit("plain"), "until it is found out");
        fitness.recheck();
        assertTrue(fitness.isWell());
    }

    @Test
    void aRunThatCouldNotBeStartedIsTheWholeHostsTroubleUntilAProcessStarts() throws Exception {
        fitness.cannotStart(job("plain"), new IOException("no process"));
        assertEquals(Optional.of("no process"), fitness.report().host());
        assertEquals(
                "no process",
                fitness.prepare(job("named")).ailment().orElseThrow().reason());
        fitness.recheck();
        assertTrue(fitness.isWell());
    }

    /** Other jobs of the host need no control group, or get theirs elsewhere. */
    @Test
    void aRunWhoseControlGroupCannotBeMadeIsOneJobsTrouble() throws Exception {
        CommandSpec command = new CommandSpec(
                List.of("/bin/true"),
                Map.of(),
                folder,
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Cgroups(folder.resolve("missing"))),
                new ResourceLimits(OptionalLong.of(1 << 20), OptionalDouble.empty(), OptionalInt.empty()));
        RunSpec spec = RunSpecs.of(
                job("named"),
                new CurrentRun(Instant.EPOCH, 1, RunOrigin.SCHEDULE, "a", "a", 1, Instant.EPOCH, 0),
                command,
                Optional.empty(),
                0,
                Optional.empty(),
                Duration.ZERO,
                Instant.EPOCH,
                1000);
        SupervisedLauncher launcher = new SupervisedLauncher(folder.resolve("state"), "a", InstantSource.system());
        IOException why = assertThrows(IOException.class, () -> launcher.start(spec));
        fitness.cannotStart(job("named"), why);
        assertTrue(fitness.isUnfit("named"));
        assertFalse(fitness.isUnfit("plain"), () -> fitness.report().toString());
        assertTrue(fitness.summary().orElseThrow().contains("cannot make a control group"));
    }

    @Test
    void aLookupThatHangsCostsOneThreadAndEndsInTime() throws Exception {
        begin(Duration.ofMillis(300));
        users.hang();
        for (int i = 0; i < 20; i++) {
            try (Preparation found = fitness.prepare(job("named"))) {
                assertTrue(found.ailment().orElseThrow().reason().contains("nsswitch.conf"), found.toString());
            }
        }
        assertEquals(1, users.hanging(), "threads that wait for the user database");
        assertTrue(fitness.isUnfit("named") && !fitness.isUnfit("plain"));

        users.answer();
        while (preparations.isHanging(job("named"))) {
            Thread.onSpinWait();
        }
        begin(Duration.ofSeconds(20));
        assertEquals(Optional.empty(), fitness.prepare(job("named")).ailment());
    }

    /** Whoever lets one job's file hang keeps no other job from being found well. */
    @Test
    void aLookupThatStillHangsDelaysNoOther() throws Exception {
        begin(Duration.ofSeconds(3));
        users.known = false;
        fitness.prepare(job("other")).close();
        users.known = true;
        users.hang();
        fitness.prepare(job("named")).close();
        assertTrue(fitness.isUnfit("named") && fitness.isUnfit("other"));

        fitness.recheck();
        assertTrue(fitness.isUnfit("named") && !fitness.isUnfit("other"));
        users.answer();
    }

    /** A lookup may ask a server far away, and a file may define thousands of jobs of one user. */
    @Test
    void whatJobsHaveInCommonIsFoundOutOnce() throws Exception {
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  one: {every: 1h, user: known, command: id}
                  two: {every: 2h, user: known, command: date}
                  three: {every: 3h, user: known, command: id, umask: "077"}
                """);
        jobs = new ConfigLoader()
                .load(folder.resolve("fleetcron.yaml"))
                .config()
                .orElseThrow()
                .jobs();
        fitness.define(jobs.values());
        assertEquals(2, users.asked, "one and two ask the same, three has another umask");

        users.known = false;
        fitness.define(jobs.values());
        assertTrue(jobs.keySet().stream().allMatch(fitness::isUnfit));
        users.known = true;
        fitness.recheck();
        assertTrue(fitness.isWell());
    }

    private JobDefinition job(String name) {
        return Objects.requireNonNull(jobs.get(name));
    }

    /** One user, if any. */
    private static final class Users implements HostUsers {
        private volatile boolean known = true;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private int hanging;
        private int asked;

        /** For the one of the job {@code named}. */
        void hang() {
            gate = new CountDownLatch(1);
        }

        void answer() {
            gate.countDown();
        }

        synchronized int hanging() {
            return hanging;
        }

        @Override
        public Optional<User> user(String nameOrNumber) throws IOException {
            asked++;
            if (!nameOrNumber.equals("known")) {
                return known ? Optional.of(self()) : Optional.empty();
            }
            if (gate.getCount() > 0) {
                synchronized (this) {
                    hanging++;
                }
            }
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return known ? Optional.of(self()) : Optional.empty();
        }

        @Override
        public Optional<Group> group(String nameOrNumber) {
            return Optional.empty();
        }

        @Override
        public List<Long> groupsOf(User user, long primary) {
            return List.of();
        }

        @Override
        public User self() {
            return new User("known", 4711, 4711, "/");
        }

        @Override
        public long selfGroup() {
            return 4711;
        }
    }
}
