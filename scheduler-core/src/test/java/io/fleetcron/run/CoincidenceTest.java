package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends of a command that coincide with a request, a limit, or the end of a guard. */
@Timeout(60)
@Slow
class CoincidenceTest {
    private static final int SIGTERM = 15;

    @TempDir
    Path dir;

    private RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        harness.close();
        ProcessHandle.allProcesses()
                .filter(process -> RunHarness.commandLine(process.pid()).equals("sleep\00069.1\0"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void aCommandThatHadSucceededBeforeTheRequestWasHeardIsNotKilled() throws Exception {
        RunEnd end = endedUnseen(0, builder -> builder, this::ask).await();
        assertEquals(Outcome.SUCCEEDED, end.outcome());
        assertEquals(OptionalInt.of(0), end.exit());
    }

    @Test
    void aRequestThatCoincidesWithAFailureEndsTheRetries() throws Exception {
        RunEnd end =
                endedUnseen(3, builder -> builder.retries(60_000), this::ask).await();
        assertEquals(Outcome.KILLED, end.outcome());
        assertEquals(OptionalInt.of(3), end.exit());
        assertEquals(1, end.attempts());
    }

    /** A suspended host: the command was done within its limit, and the limit passed before the supervisor could look. */
    @Test
    void aCommandThatWasDoneWithinItsLimitDidNotTimeOut() throws Exception {
        long started = System.nanoTime();
        Run run = endedUnseen(
                0,
                builder -> builder.timeout(2000).retries(60_000),
                unused -> RunHarness.until(() -> System.nanoTime() - started > 2_500_000_000L, "the limit to pass"));
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
    }

    /** The same with the lease, while a daemon of the command, which is none of its business, lives on. */
    @Test
    void aCommandThatHadSucceededBeforeTheLockWasInDoubtIsNotFenced() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("setsid sleep 69.1 & echo ready; until [ -e " + go + " ]; do sleep 0.02; done")
                .lease(6000)
                .start();
        harness.awaitOutput(run, "ready");
        long guard = harness.process("guard");
        long supervisor = harness.process("supervisor");
        int command = Math.toIntExact(harness.process("command"));
        RunHarness.signal(guard, "STOP");
        RunHarness.signal(supervisor, "STOP");
        Duration stopped = RunHarness.sinceBoot();
        Files.createFile(go);
        RunHarness.until(() -> ProcessId.of(command).filter(ProcessId::isAlive).isEmpty(), "the end of the command");
        RunHarness.until(
                () -> RunHarness.sinceBoot().minus(stopped).toMillis() > 4500, "three quarters of the lease to pass");
        RunHarness.signal(supervisor, "CONT");
        RunHarness.signal(guard, "KILL"); // it would take the supervisor for dead
        RunEnd end = run.await();
        assertEquals(Outcome.SUCCEEDED, end.outcome(), () -> RunHarness.wordsOf(run));
        assertEquals(1, RunHarness.count("sleep\u000069.1"), "the daemon of a run that succeeded");
    }

    @Test
    void endsAndRequestsAtTheSameMomentHaveExactStatuses() throws Exception {
        long seed = Long.getLong("fleetcron.seed", new Random().nextLong());
        System.out.println("seed of the coinciding ends: " + seed);
        Random random = new Random(seed);
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < Integer.getInteger("fleetcron.ends", 60); i++) {
            Run run = harness.argv("/bin/sh", "-c", "exit 6").start();
            Thread.sleep(0, random.nextInt(999_999));
            for (long until = System.nanoTime() + random.nextInt(6_000_000); System.nanoTime() < until; ) {
                Thread.onSpinWait();
            }
            ask(run);
            RunEnd end = run.await();
            seen.merge(end.outcome() + " " + end.exit().orElse(-1), 1, Integer::sum);
            run.forget();
        }
        System.out.println("ends: " + seen);
        // The third: it ended by itself between the supervisor's look and its signal.
        assertTrue(
                List.of("FAILED 6", "KILLED 143", "KILLED 6").containsAll(seen.keySet()), "seed " + seed + ": " + seen);
    }

    /** The guard that keeps the end disappears before it has kept it: another one does, and at once. */
    @Test
    void aGuardThatDiesWhileTheRunIsClosedIsReplaced() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("echo before; until [ -e " + go + " ]; do sleep 0.05; done; echo after; exit 5")
                .start();
        harness.awaitOutput(run, "before");
        long guard = harness.process("guard");
        long command = harness.process("command");
        RunHarness.signal(guard, "STOP");
        Files.createFile(go);
        RunHarness.until(() -> ProcessHandle.of(command).isEmpty(), "the end of the command");
        long killed = System.nanoTime();
        RunHarness.signal(guard, "KILL");
        assertEquals(OptionalInt.of(5), run.await().exit());
        assertTrue(System.nanoTime() - killed < 8_000_000_000L, "the supervisor need not give the guard up");
        assertEquals("before\nafter\n", harness.output(run));
        assertTrue(Files.exists(run.output().resolveSibling("exit")), "the exit record is kept");
    }

    /** In both ways: as the agent that started the run, and as an agent that found it. */
    private void ask(Run run) throws Exception {
        long supervisor = harness.process("supervisor");
        Optional<ProcessId> process = ProcessId.of(Math.toIntExact(supervisor));
        if (process.isPresent()) {
            SupervisedRun.signal(process.get(), SIGTERM);
        }
        run.kill();
    }

    /** Starts a command, lets it end while its supervisor is stopped, takes the step, and lets the supervisor continue. */
    private Run endedUnseen(int status, UnaryOperator<RunHarness.Builder> change, Step step) throws Exception {
        Path go = dir.resolve("go");
        Run run = change.apply(
                        harness.shell("echo ready; until [ -e " + go + " ]; do sleep 0.02; done; exit " + status))
                .start();
        harness.awaitOutput(run, "ready");
        long supervisor = harness.process("supervisor");
        int command = Math.toIntExact(harness.process("command"));
        RunHarness.signal(supervisor, "STOP");
        Files.createFile(go);
        RunHarness.until(() -> ProcessId.of(command).filter(ProcessId::isAlive).isEmpty(), "the end of the command");
        step.take(run);
        RunHarness.signal(supervisor, "CONT");
        return run;
    }

    private interface Step {
        void take(Run run) throws Exception;
    }
}
