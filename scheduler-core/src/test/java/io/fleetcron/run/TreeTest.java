package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that consist of many processes, or of such as are hard to catch: once a run is over, none of them lives. */
@Timeout(120)
@Slow
class TreeTest {
    @TempDir
    static Path programs;

    private static Path tree;

    @TempDir
    Path dir;

    private String mark = "";
    private RunHarness harness;

    @BeforeAll
    static void compile() throws Exception {
        tree = NativeHelper.compile(programs, "tree", "-pthread");
    }

    @BeforeEach
    void open() throws Exception {
        mark = dir.resolve("tree-" + UUID.randomUUID()).toString();
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        harness.close();
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    @ParameterizedTest
    @CsvSource({"flat, 1", "flat, 100", "flat, 1000", "flat, 1500", "chain, 300", "restless, 1", "restless, 4"})
    void isDeadAfterAKillRequest(String shape, int count) throws Exception {
        Run run = shape(shape, count).killAfter(300).start();
        harness.awaitOutput(run, "ready");
        ended(shape + " of " + count, run, run::kill, Outcome.KILLED);
    }

    @ParameterizedTest
    @CsvSource({"flat, 100", "chain, 100", "restless, 1", "restless, 4"})
    void isDeadAfterItsTimeLimit(String shape, int count) throws Exception {
        Run run = shape(shape, count).timeout(1500).killAfter(0).start();
        ended(shape + " of " + count, run, () -> {}, Outcome.TIMED_OUT);
    }

    @ParameterizedTest
    @CsvSource({"flat, 1000", "chain, 300", "restless, 1", "restless, 4"})
    void isDeadOnceTheLockIsFreeWithoutItsSupervisor(String shape, int count) throws Exception {
        Run run = shape(shape, count).start();
        harness.awaitOutput(run, "ready");
        ended(
                shape + " of " + count,
                run,
                () -> RunHarness.signal(harness.process("supervisor"), "KILL"),
                Outcome.LOST);
    }

    private void ended(String what, Run run, Step end, Outcome how) throws Exception {
        Duration before = RunHarness.sinceBoot();
        end.take();
        RunEnd result = run.await();
        System.out.println(what + ", " + how + ": over after "
                + RunHarness.sinceBoot().minus(before).toMillis() + " ms");
        assertEquals(how, result.outcome());
        assertEquals(0, processes().count(), "processes that outlived the run");
        assertNoSigns();
    }

    private void assertNoSigns() throws Exception {
        long signs = signs();
        Thread.sleep(100); // in which a line of restless processes, each too short-lived to be seen, gives hundreds
        assertEquals(signs, signs(), "signs of life after the run");
    }

    private long signs() throws IOException {
        Path file = Path.of(mark);
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** It has all processes that its group may have, and forks the next one whenever one dies. */
    @Test
    void aForkBombInAGroupWithALimitIsEnded() throws Exception {
        HostParts host = new HostParts(dir);
        try {
            Path go = dir.resolve("go");
            Path group = host.tasks("bomb", "500");
            Run run = harness.shell("until [ -e " + go + " ]; do sleep 0.05; done; exec " + tree + " bomb " + mark)
                    .killAfter(100)
                    .start();
            HostParts.enter(group, harness.process("command"));
            Files.createFile(go);
            harness.awaitOutput(run, "ready");
            ended("fork bomb of 500", run, run::kill, Outcome.KILLED);
        } finally {
            host.close();
        }
    }

    /** A program's threads each have children of their own; proc(5), /proc/PID/task/TID/children. */
    @Test
    void aChildOfAnotherThreadIsAskedToEnd() throws Exception {
        Run run =
                harness.argv(tree.toString(), "thread", mark).killAfter(20_000).start();
        harness.awaitOutput(run, "ready");
        run.kill();
        harness.awaitOutput(run, "asked");
        RunHarness.signal(harness.process("command"), "KILL");
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    /** For proc(5) such a process is a zombie. */
    @Test
    void aProcessWhoseFirstThreadHasEndedLives() throws Exception {
        Run run = harness.argv(tree.toString(), "headless", mark).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertTrue(harness.output(run).contains("late"), "over while it lives");
    }

    @Test
    void aGroupIsNotOverlookedBehindManyDaemons() throws Exception {
        Run run = shape("daemons", 1100).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertTrue(harness.output(run).contains("late"), harness.output(run));
        assertEquals(1100, processes().count(), "daemons of a run that ended by itself live on");
    }

    /** Each of it may die, with a child that nobody has seen yet, while the supervisor looks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGroupWhoseMembersForkAndDieIsNotOverlooked(int lines) throws Exception {
        Run run = shape("pack", lines).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertNoSigns();
    }

    /** The parent of each dies, and with it the way to its child, while the supervisor searches. */
    @Test
    void aGroupWhoseMembersLoseTheirParentsIsNotOverlooked() throws Exception {
        Run run = harness.argv(tree.toString(), "relay", mark).start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertNoSigns();
    }

    /** Each would keep a number until the next attempt, which may be hours away. */
    @Test
    void whatADaemonLeavesBetweenAttemptsIsReaped() throws Exception {
        Path go = dir.resolve("go");
        Run run = harness.shell("setsid sh -c 'for i in 1 2 3; do (until [ -e " + go
                        + " ]; do sleep 0.05; done &); done; exec " + tree + " stay " + mark + "' & exit 1")
                .retries(60_000)
                .start();
        long supervisor = harness.process("supervisor");
        long command = harness.process("command");
        RunHarness.until(() -> RunHarness.count("\0stay\0" + mark) == 1, "the daemon");
        RunHarness.until(() -> ProcessHandle.of(command).isEmpty(), "the end of the first attempt");
        Files.createFile(go);
        RunHarness.awaitGone(go.toString());
        RunHarness.until(() -> RunHarness.zombiesOf(supervisor) == 0, "the end of dead processes");
        run.kill();
        assertEquals(Outcome.KILLED, run.await().outcome());
    }

    private RunHarness.Builder shape(String shape, int count) {
        return harness.argv(tree.toString(), shape, Integer.toString(count), mark);
    }

    private Stream<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> RunHarness.commandLine(process.pid()).endsWith(mark + "\0"))
                .filter(process -> ProcessId.of(Math.toIntExact(process.pid()))
                        .filter(ProcessId::isAlive)
                        .isPresent());
    }

    private interface Step {
        void take() throws Exception;
    }
}
