package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose agent or supervisor is killed with SIGKILL. */
@Timeout(60)
@Slow
class SurvivalTest {
    @TempDir
    Path dir;

    private final List<Process> agents = new ArrayList<>();

    @AfterEach
    void endAgents() {
        agents.forEach(Process::destroyForcibly);
    }

    @Test
    void aRunAndItsLockOutliveTheAgentAndTheNextOneTakesThemBack() throws Exception {
        killedAgent("echo ready; while [ ! -e " + dir + "/go ]; do sleep 0.02; done; exit 42");
        FlockDirectory locks = new FlockDirectory(dir, false);
        try (LockFile file = locks.file("job.lock")) {
            assertTrue(file.tryLock().isEmpty(), "the run holds the lock");
            Run run = launcher().survivors().get(0);
            assertEquals(RunHarness.ID, run.id());
            assertTrue(launcher().survivors().isEmpty(), "each is returned once");
            HeldLock lock = locks.adopt(file, run.pid(), 3);

            Files.createFile(dir.resolve("go"));
            RunEnd end = run.await();
            assertEquals(Outcome.FAILED, end.outcome());
            assertEquals(OptionalInt.of(42), end.exit());
            assertEquals("ready\n", Files.readString(run.output()));

            lock.write(0, new byte[] {1});
            try (LockFile other = locks.file("job.lock")) {
                assertFalse(other.tryLock().isPresent(), "the adopted lock outlives the supervisor");
                lock.unlock();
                assertTrue(other.tryLock().isPresent());
            }
            run.forget();
            assertTrue(launcher().survivors().isEmpty());
        }
    }

    @Test
    void aRunThatEndedWithoutAnAgentLeftItsTrueStatusInBothPlaces() throws Exception {
        killedAgent("echo ready; while [ ! -e " + dir + "/go ]; do sleep 0.02; done; exit 43");
        Files.createFile(dir.resolve("go"));
        try (LockFile file = new FlockDirectory(dir, false).file("job.lock")) {
            RunHarness.until(() -> file.tryLock().isPresent(), "the run's end");
            ExitRecord record = ExitRecord.parse(file.read(RunHarness.EXIT, ExitRecord.LENGTH))
                    .orElseThrow();
            assertEquals(17, record.token());
            assertEquals(OptionalInt.of(43), record.end().exit());
            RunEnd end = launcher().survivors().get(0).await();
            assertEquals(record.end(), end);
        }
    }

    /** As in a container, where the agent has the same number at each start. */
    @Test
    void whatAnEarlierProcessOfTheSameNumberKeptFreeIsRemoved() throws Exception {
        Path runs = Files.createDirectories(dir.resolve("state/runs"));
        SupervisedLauncher launcher = launcher();
        Path own;
        launcher.reserve().close();
        try (Stream<Path> found = Files.list(runs)) {
            own = found.findFirst().orElseThrow();
        }
        ProcessId self = ProcessId.self();
        String number = ".free-" + self.pid() + "-";
        Path earlier = Files.createDirectory(runs.resolve(number + (self.start() - 1) + "-17"));
        Path nameless = Files.createDirectory(runs.resolve(number + "17"));
        assertTrue(launcher.survivors().isEmpty());
        assertFalse(Files.exists(earlier));
        assertFalse(Files.exists(nameless));
        assertTrue(Files.exists(own));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 20, 100, 400})
    void anAgentThatDiesBeforeItRecordsTheEndLosesNothing(long millisAfterTheEnd) throws Exception {
        Process agent = agent("exit 45");
        try (BufferedReader out = agent.inputReader(StandardCharsets.UTF_8);
                LockFile file = new FlockDirectory(dir, false).file("job.lock")) {
            out.readLine();
            assertEquals("FAILED", out.readLine());
            Thread.sleep(millisAfterTheEnd);
            agent.destroyForcibly().waitFor();
            RunHarness.until(() -> file.tryLock().isPresent(), "the lock");
            ExitRecord record = ExitRecord.parse(file.read(RunHarness.EXIT, ExitRecord.LENGTH))
                    .orElseThrow(() -> new AssertionError("the lock was free before the end stood in it"));
            assertEquals(OptionalInt.of(45), record.end().exit());
            assertEquals(record.end(), launcher().survivors().get(0).await());
        }
    }

    @Test
    void anAgentThatIsStoppedHoldsUpOnlyTheLock() throws Exception {
        Process agent = agent("exit 46");
        try (BufferedReader out = agent.inputReader(StandardCharsets.UTF_8);
                LockFile file = new FlockDirectory(dir, false).file("job.lock")) {
            int supervisor = Integer.parseInt(out.readLine());
            assertEquals("FAILED", out.readLine());
            RunHarness.signal(agent.pid(), "STOP");
            RunHarness.until(
                    () -> ProcessId.of(supervisor).filter(ProcessId::isAlive).isEmpty(), "the supervisor's end");
            assertTrue(file.tryLock().isEmpty(), "the agent has it still");
            ExitRecord record = ExitRecord.parse(file.read(RunHarness.EXIT, ExitRecord.LENGTH))
                    .orElseThrow();
            assertEquals(OptionalInt.of(46), record.end().exit());
        }
    }

    /** As a shell's background job, or a program with threads of its own that started the agent, may leave them. */
    @Test
    void theCommandIgnoresNoSignalThatTheAgentsParentIgnored() throws Exception {
        Path ignore = NativeHelper.compile(dir, "ignore");
        Process agent = agent(List.of(ignore.toString()), "grep SigIgn /proc/self/status; exit 3");
        try (BufferedReader out = agent.inputReader(StandardCharsets.UTF_8)) {
            out.readLine();
            assertEquals("FAILED", out.readLine());
            long ignored = Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16))
                    .findFirst()
                    .orElseThrow();
            assertEquals(1, ignored >>> 31 & 1, "the agent ignores signal 32; the C library may need 33 in it");
            assertEquals("SigIgn:\t0000000000000000\n", Files.readString(dir.resolve("state/runs/job@17/output")));
        }
    }

    @Test
    void theRunsOfALivingAgentAreLeftAlone() throws Exception {
        try (RunHarness harness = new RunHarness(dir)) {
            Run run = harness.shell("sleep 0.3").start();
            assertTrue(launcher().survivors().isEmpty());
            run.await();
        }
    }

    @Test
    void nothingOutlivesASupervisorThatIsKilled() throws Exception {
        try (RunHarness harness = new RunHarness(dir)) {
            Run run = harness.shell("echo ready; setsid sleep 51.1 & setsid sh -c 'setsid sleep 51.1 & :'; sleep 51.1")
                    .start();
            harness.awaitOutput(run, "ready");
            RunHarness.until(() -> RunHarness.count("sleep\u000051.1") == 3, "three sleepers");
            RunHarness.signal(harness.process("supervisor"), "KILL");
            assertEquals(Outcome.LOST, run.await().outcome());
            assertEquals(0, RunHarness.count("sleep\u000051.1"));
            assertEquals(0, RunHarness.count("fleetcron-supervisor\0run\0" + dir), "neither guard nor sweeper is left");
            harness.lock.abandon();
            assertTrue(harness.lockIsFree());
        }
    }

    @Test
    void theGuardEndsARunWithoutSupervisorAndAgent() throws Exception {
        killedAgent("echo ready; setsid sleep 52.1 & sleep 52.1");
        try (LockFile file = new FlockDirectory(dir, false).file("job.lock")) {
            RunHarness.signal(
                    new RunDirectory(dir.resolve("state/runs/job@17"))
                            .holders(ProcessId.self().boot())
                            .get(0)
                            .pid(),
                    "KILL");
            RunHarness.until(() -> file.tryLock().isPresent(), "the lock");
            assertEquals(0, RunHarness.count("sleep\u000052.1"), "free only once nothing is left");
            assertEquals(Outcome.LOST, launcher().survivors().get(0).await().outcome());
        }
    }

    /** The second guard is not the parent of the supervisor, so it has to search for what that leaves. */
    @Test
    void theSecondGuardEndsAllOfARunWithoutSupervisorAndAgent() throws Exception {
        killedAgent("setsid sh -c 'setsid sleep 54.1 & :' & setsid sleep 54.1 & echo ready; sleep 54.1");
        RunDirectory directory = new RunDirectory(dir.resolve("state/runs/job@17"));
        String boot = ProcessId.self().boot();
        ProcessId supervisor = directory.holders(boot).get(0);
        ProcessId guard = directory.holders(boot).get(1);
        RunHarness.signal(guard.pid(), "KILL");
        RunHarness.until(() -> !directory.holders(boot).get(1).equals(guard), "another guard");
        RunHarness.signal(supervisor.pid(), "KILL");
        try (LockFile file = new FlockDirectory(dir, false).file("job.lock")) {
            RunHarness.until(() -> file.tryLock().isPresent(), "the lock");
            assertEquals(0, RunHarness.count("sleep\u000054.1"), "free only once nothing is left");
        }
    }

    private SupervisedLauncher launcher() {
        return new SupervisedLauncher(dir.resolve("state"), "i1", InstantSource.system());
    }

    /** Starts the run from another virtual machine, and kills that once the command has said that it is ready. */
    private void killedAgent(String command) throws Exception {
        Process agent = agent(command);
        try (BufferedReader out = agent.inputReader(StandardCharsets.UTF_8)) {
            out.readLine();
            Path output = dir.resolve("state/runs/job@17/output");
            RunHarness.until(
                    () -> Files.exists(output) && Files.readString(output).contains("ready"), "the command");
            agent.destroyForcibly().waitFor();
        }
    }

    private Process agent(String command) throws IOException {
        return agent(List.of(), command);
    }

    private Process agent(List<String> by, String command) throws IOException {
        List<String> words = new ArrayList<>(by);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                Starter.class.getName(),
                dir.toString(),
                command));
        Process agent = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        agents.add(agent);
        return agent;
    }
}
