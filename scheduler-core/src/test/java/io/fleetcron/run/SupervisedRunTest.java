package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.RunUsage;
import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.run.RunSpec.Attempts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One run from start to end, with real processes. */
@Timeout(60)
@Slow
class SupervisedRunTest {
    @TempDir
    Path dir;

    RunHarness harness;

    @BeforeEach
    void open() throws Exception {
        harness = new RunHarness(dir);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void aCommandThatSucceeds() throws Exception {
        Instant before = Instant.now();
        Run run = harness.shell("echo out; echo err >&2").start();
        RunEnd end = run.await();
        assertEquals(Outcome.SUCCEEDED, end.outcome());
        assertEquals(OptionalInt.of(0), end.exit());
        assertEquals(1, end.attempts());
        assertTrue(Duration.between(before, end.ended()).abs().compareTo(Duration.ofSeconds(30)) < 0, end.toString());
        assertEquals("out\nerr\n", harness.output(run));
        harness.leave(run);
        assertEquals(
                new ExitRecord(RunHarness.OF_JOB, 17, end), harness.exitRecord().orElseThrow());
    }

    @Test
    void theEndTellsWhatAllProcessesOfTheRunUsed() throws Exception {
        String busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        String large = "head -c 40000000 /dev/zero | tail -c 35000000 >/dev/null";
        RunUsage usage = harness.shell("(" + busy + "); " + large).run().usage().orElseThrow();
        assertTrue(usage.user().plus(usage.system()).toMillis() >= 10, usage.toString());
        assertTrue(usage.memoryPeak() > 34_000_000 && usage.memoryPeak() < 400_000_000, usage.toString());
    }

    /** Often, for a process of the supervisor's might have the lock for a moment longer. */
    @Test
    void anEndThatIsRecordedIsNotWrittenOnceMore() throws Exception {
        int waited = 0;
        for (int i = 0; i < 10; i++) {
            try (RunHarness own = new RunHarness(Files.createDirectory(dir.resolve("own" + i)))) {
                Run run = own.shell("exit 6").start();
                assertEquals(OptionalInt.of(6), run.await().exit());
                own.lock.abandon();
                boolean waits = !own.lockIsFree();
                run.recorded();
                RunHarness.until(own::lockIsFree, "the lock, soon after the end is recorded");
                boolean written = own.exitRecord().isPresent();
                assertTrue(waits || written, "the lock is let go of before there is any word");
                waited += waits && !written ? 1 : 0;
            }
        }
        assertTrue(waited > 0, "a supervisor waits for the word, unless the output is late on a slow host");
    }

    @Test
    void anEndOfWhichTheAgentSaysNothingIsWrittenBeforeTheLockIsFree() throws Exception {
        Run run = harness.shell("exit 6").start();
        RunEnd end = run.await();
        harness.lock.abandon();
        RunHarness.until(harness::lockIsFree, "the supervisor to lose patience");
        assertEquals(
                new ExitRecord(RunHarness.OF_JOB, 17, end), harness.exitRecord().orElseThrow());
        run.recorded();
        run.unrecorded();
    }

    /** It goes on writing, and what it writes goes nowhere; it must not die of that. */
    @Test
    void aDaemonThatKeepsTheOutputOpenDoesNotHoldUpTheRecord() throws Exception {
        Path alive = dir.resolve("alive");
        Run run = harness.shell(
                        "setsid sh -c 'while :; do echo x; : >>" + alive + "; sleep 0.1; done' & echo $!; sleep 0.3")
                .start();
        RunEnd end = run.await();
        ProcessHandle daemon = ProcessHandle.of(Long.parseLong(harness.output(run)
                        .lines()
                        .filter(line -> !line.equals("x"))
                        .findFirst()
                        .orElseThrow()))
                .orElseThrow();
        try {
            harness.leave(run);
            assertEquals(
                    new ExitRecord(RunHarness.OF_JOB, 17, end),
                    harness.exitRecord().orElseThrow());
            Files.deleteIfExists(alive);
            RunHarness.until(() -> Files.exists(alive), "the daemon to go on after the run");
            harness.lock.abandon();
            assertTrue(harness.lockIsFree());
        } finally {
            daemon.destroyForcibly();
        }
    }

    @Test
    void aCommandThatFails() throws Exception {
        RunEnd end = harness.shell("exit 7").run();
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(OptionalInt.of(7), end.exit());
    }

    @Test
    void aCommandEndedByASignal() throws Exception {
        RunEnd end = harness.shell("kill -9 $$").run();
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(OptionalInt.of(137), end.exit());
    }

    /** The request may come before the supervisor can hear it. */
    @Test
    void aRunThatIsKilledAtOnceIsKilledAndNotLost() throws Exception {
        for (int i = 0; i < 5; i++) {
            Run run = harness.shell("sleep 60").start();
            run.kill();
            assertEquals(Outcome.KILLED, run.await().outcome());
            run.forget();
        }
    }

    @Test
    void aCommandThatEndedBeforeTheRequestKeepsItsOwnEnd() throws Exception {
        // What it left in the background belongs to it, and is killed; then the request counts.
        Run left = harness.shell("sleep 60 & echo said").start();
        harness.awaitOutput(left, "said");
        left.kill();
        assertEquals(Outcome.KILLED, left.await().outcome());
    }

    @Test
    void theFirstWordMayHoldAnEqualsSign() throws Exception {
        Path program = Files.createDirectories(dir.resolve("a=b")).resolve("run");
        Files.writeString(program, "#!/bin/sh\necho \"$0 $*\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Run run = harness.argv(program.toString(), "x", "y z").start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertEquals(program + " x y z\n", harness.output(run));
    }

    @Test
    void aSupervisorThatHasNothingToSaySaysNothing() throws Exception {
        Run run = harness.shell("echo out; echo err >&2; exit 3").start();
        run.await();
        assertEquals(Optional.empty(), run.complaint());
    }

    /** Numbers of processes that an earlier boot of the host gave out name strangers now. */
    @Test
    void whatARunOfAnEarlierBootLeftIsNotLookedFor() throws Exception {
        Process stranger = new ProcessBuilder("setsid", "--fork", "sh", "-c", "(sleep 61.5 &); exit 0").start();
        stranger.waitFor();
        RunHarness.until(() -> strangers().count() == 1, "the stranger");
        ProcessHandle left = strangers().findFirst().orElseThrow();
        try {
            RunDirectory directory = new RunDirectory(dir.resolve("state/runs/job@9"));
            directory.create();
            int session = Integer.parseInt(
                    Files.readString(Path.of("/proc/" + left.pid() + "/stat")).split(" ")[5]);
            directory.write(new RunRecord(
                    new RunId("job", Instant.EPOCH, 9, "i1"),
                    Instant.EPOCH,
                    0,
                    "marker",
                    Optional.empty(),
                    Optional.empty(),
                    new ProcessId(session, 1, "another-boot")));
            Files.writeString(
                    directory.path().resolve("pids"),
                    "guard " + session + " 1\nsupervisor " + session + " 1\ncommand " + session + " 1\n");
            assertEquals(
                    Outcome.LOST, harness.launcher.survivors().get(0).await().outcome());
            assertTrue(left.isAlive());
        } finally {
            left.destroyForcibly();
        }
    }

    private static Stream<ProcessHandle> strangers() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").endsWith("sleep 61.5"));
    }

    @Test
    void retriesUntilItSucceeds() throws Exception {
        Run run = harness.shell("echo attempt $FLEETCRON_ATTEMPT; [ $FLEETCRON_ATTEMPT = 3 ]")
                .retries(10, 20, 30, 40)
                .start();
        assertResult(new Result(Outcome.SUCCEEDED, 0, 3), run);
        assertEquals("attempt 1\nattempt 2\nattempt 3\n", harness.output(run));
    }

    @Test
    void retriesAtMostSoOften() throws Exception {
        assertEquals(
                new Result(Outcome.FAILED, 3, 3),
                Result.of(harness.shell("exit 3").retries(10, 20).run()));
    }

    @Test
    void otherStatusesThanZeroCanBeSuccesses() throws Exception {
        Run run = harness.shell("exit 3")
                .retries(10)
                .meaning(Set.of(0, 3), Attempts.ANY, true)
                .start();
        assertResult(new Result(Outcome.SUCCEEDED, 3, 1), run);
        harness.leave(run);
        assertEquals(Outcome.SUCCEEDED, harness.exitRecord().orElseThrow().end().outcome());
        assertEquals(OptionalInt.of(3), harness.exitRecord().orElseThrow().end().exit());
    }

    @Test
    void zeroNeedNotBeASuccess() throws Exception {
        assertEquals(
                new Result(Outcome.FAILED, 0, 2),
                Result.of(harness.shell("exit 0")
                        .retries(10)
                        .meaning(Set.of(1), Attempts.ANY, true)
                        .run()));
    }

    @Test
    void aCommandThatASignalEndsHasAStatusToo() throws Exception {
        assertEquals(
                new Result(Outcome.SUCCEEDED, 143, 1),
                Result.of(harness.shell("kill -TERM $$")
                        .meaning(Set.of(0, 143), Attempts.ANY, true)
                        .run()));
    }

    /** The first attempt ends with a status that is tried again, the second one with another. */
    @Test
    void onlySomeFailuresAreTriedAgain() throws Exception {
        assertEquals(
                new Result(Outcome.FAILED, 76, 2),
                Result.of(harness.shell("exit $((74 + FLEETCRON_ATTEMPT))")
                        .retries(10, 10, 10)
                        .meaning(Attempts.ZERO, Set.of(75), true)
                        .run()));
    }

    @Test
    void aTimeOutIsTriedAgainUnlessItIsFinal() throws Exception {
        assertEquals(
                List.of(2, 1),
                List.of(
                        timedOut(Set.of(), true).attempts(),
                        timedOut(Attempts.ANY, false).attempts()));
    }

    private RunEnd timedOut(Set<Integer> retry, boolean retryTimeouts) throws Exception {
        RunEnd end = harness.shell("exec sleep 60")
                .timeout(200)
                .retries(10)
                .meaning(Attempts.ZERO, retry, retryTimeouts)
                .run();
        assertEquals(Outcome.TIMED_OUT, end.outcome());
        return end;
    }

    @Test
    void theExitRecordOfASecondRunReplacesTheFirst() throws Exception {
        Run first = harness.shell("exit 1").start();
        first.await();
        harness.leave(first);
        first.forget();
        assertFalse(Files.exists(first.output()));
        harness.shell("exit 2").run();
        assertEquals(OptionalInt.of(2), harness.exitRecord().orElseThrow().end().exit());
    }

    @Test
    void theEnvironmentIsExactlyTheJobsOwn() throws Exception {
        Run run = harness.argv("/usr/bin/env")
                .env(Map.of("PATH", "/opt/x:/usr/bin", "TRICKY", "a 'b' \"c\" $d \\ `e`", "LC_ALL", "C.UTF-8"))
                .start();
        run.await();
        List<String> lines = new java.util.ArrayList<>(
                new TreeSet<>(harness.output(run).lines().toList()));
        assertTrue(lines.removeIf(line -> line.startsWith("FLEETCRON_RUN=job@17@")));
        assertEquals(
                List.of(
                        "FLEETCRON_ATTEMPT=1",
                        "FLEETCRON_FIRE=2026-11-23T02:30:00Z",
                        "FLEETCRON_INSTANCE=i1",
                        "FLEETCRON_JOB=job",
                        "FLEETCRON_TOKEN=17",
                        "LC_ALL=C.UTF-8",
                        "PATH=/opt/x:/usr/bin",
                        "TRICKY=a 'b' \"c\" $d \\ `e`"),
                lines);
    }

    @Test
    void aMissingProgramIsAFailureWithALineInTheOutput() throws Exception {
        Run run = harness.argv("/nonexistent/program").start();
        assertResult(new Result(Outcome.FAILED, 127, 1), run);
        assertTrue(harness.output(run).contains("/nonexistent/program"), harness.output(run));
    }

    @Test
    void aMissingWorkingDirectoryIsAFailureWithALineInTheOutput() throws Exception {
        Run run = harness.shell("echo ran")
                .workingDir(Path.of("/nonexistent/dir"))
                .start();
        assertResult(new Result(Outcome.FAILED, 126, 1), run);
        assertEquals(
                "fleetcron: cannot change to the working directory /nonexistent/dir as this user;"
                        + " create it or correct working_dir\n",
                harness.output(run));
    }

    @Test
    void theCommandStartsWhereTheJobSays() throws Exception {
        Run run = harness.argv("/bin/pwd").workingDir(dir).start();
        run.await();
        assertEquals(dir.toRealPath() + "\n", harness.output(run));
    }

    @Test
    void theCommandSeesThreeDescriptorsAndDefaultSignals() throws Exception {
        Run run = harness.shell("ls /proc/$$/fd; grep -E 'Sig(Ign|Blk)' /proc/$$/status | cut -c17-")
                .start();
        run.await();
        assertEquals(
                List.of("0", "1", "2", "00000000", "00000000"),
                harness.output(run).lines().toList());
    }

    @Test
    void newFilesGetTheJobsMask() throws Exception {
        Run run = harness.shell("umask").start();
        run.await();
        assertEquals("0022\n", harness.output(run));
        run.forget();
        run = harness.shell("umask").umask(0137).start();
        run.await();
        assertEquals("0137\n", harness.output(run));
    }

    @Test
    void prioritiesAreTheJobsWhateverTheAgentsAre() throws Exception {
        Run run = harness.shell("cut -d' ' -f19 /proc/$$/stat; ionice -p $$; setsid sh -c 'nice; ionice'")
                .nice(7)
                .ioPriority(2, 5)
                .start();
        run.await();
        assertEquals("7\nbest-effort: prio 5\n7\nbest-effort: prio 5\n", harness.output(run));
        run.forget();
        run = harness.shell("nice; ionice").ioPriority(3, 0).start();
        run.await();
        assertEquals(Children.priority() + "\nidle\n", harness.output(run));
    }

    @Test
    void standardInputIsReadAnewByEachAttempt() throws Exception {
        String text = "first line\n'quoted' $HOME `x` \\ %\nno line end";
        Run run = harness.shell("cat; cat /dev/stdin; exit $((FLEETCRON_ATTEMPT % 2))")
                .stdin(text)
                .retries(10)
                .start();
        assertResult(new Result(Outcome.SUCCEEDED, 0, 2), run);
        assertEquals((text + text).repeat(2), harness.output(run));
    }

    @Test
    void standardInputIsEmptyUnlessTheJobGivesSome() throws Exception {
        Run run = harness.shell("cat; readlink /proc/self/fd/0").start();
        run.await();
        assertEquals("/dev/null\n", harness.output(run));
    }

    @Test
    void valuesOfVariablesStandInNoCommandLine() throws Exception {
        Run run = harness.shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                .env(Map.of("PATH", "/usr/bin:/bin", "SECRET", "hush-5417-now"))
                .start();
        run.await();
        assertTrue(harness.output(run).contains("/state/runs/job@17"), "the supervisor is among them");
        assertFalse(harness.output(run).contains("hush-5417-now"), harness.output(run));
    }

    @Test
    void aRunThatIsRefusedIsOverAtOnceAndSaysWhy() throws Exception {
        Run run = harness.launcher.refuse(RunHarness.ID, Instant.now(), "user 'x' does not exist; create it");
        assertResult(new Result(Outcome.FAILED, 126, 0), run);
        assertEquals("fleetcron: user 'x' does not exist; create it\n", harness.output(run));
    }

    @Test
    void outputIsCutAtTheCapWithoutHoldingUpTheCommand() throws Exception {
        Run run = harness.shell("head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2; exit 5")
                .outputCap(2048)
                .start();
        assertResult(new Result(Outcome.FAILED, 5, 1), run);
        assertEquals(
                "x".repeat(2048) + "\n[fleetcron: output cut here, at 2048 bytes; the command went on]\n",
                harness.output(run));
    }

    @Test
    void outputUpToTheCapIsNotMarked() throws Exception {
        Run run = harness.shell("head -c 2048 /dev/zero | tr '\\0' x")
                .outputCap(2048)
                .start();
        run.await();
        assertEquals("x".repeat(2048), harness.output(run));
    }

    @Test
    void aRunLastsUntilItsBackgroundChildrenAreDone() throws Exception {
        Run run = harness.shell("(sleep 0.5; echo late) & echo early").start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        assertEquals("early\nlate\n", harness.output(run));
    }

    @Test
    void aDaemonLeftBehindDoesNotKeepTheRun() throws Exception {
        Run run = harness.shell("setsid sleep 31.4159 & echo $!").start();
        assertEquals(Outcome.SUCCEEDED, run.await().outcome());
        harness.lock.unlock();
        assertTrue(harness.lockIsFree());
        assertEquals(1, RunHarness.count("sleep\u000031.4159"));
        ProcessHandle.of(Long.parseLong(harness.output(run).trim()))
                .orElseThrow()
                .destroyForcibly();
    }

    @Test
    void aTimeLimitEndsTheWholeTree() throws Exception {
        Run run = harness.shell("trap '' TERM; sleep 41.1 & setsid sh -c 'trap \"\" TERM; sleep 41.1; :' &"
                        + " setsid env -i /bin/sh -c 'sleep 41.1; :' & sleep 41.1; sleep 41.1")
                .timeout(3000)
                .killAfter(200)
                .start();
        assertResult(new Result(Outcome.TIMED_OUT, 137, 1), run);
        assertEquals(0, RunHarness.count("sleep\u000041.1"));
    }

    @Test
    void aProcessThatLeftItsSessionAndItsParentIsFoundByItsMark() throws Exception {
        Run run = harness.shell("setsid sh -c 'setsid sleep 42.1 & :' & wait; sleep 42.1")
                .timeout(3000)
                .start();
        assertEquals(Outcome.TIMED_OUT, run.await().outcome());
        assertEquals(0, RunHarness.count("sleep\u000042.1"));
    }

    @Test
    void aCommandThatMindsSigtermEndsInItsOwnWay() throws Exception {
        Run run = harness.shell("trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.05; done")
                .timeout(3000)
                .killAfter(20_000)
                .start();
        assertResult(new Result(Outcome.TIMED_OUT, 9, 1), run);
        assertTrue(harness.output(run).endsWith("bye\n"), harness.output(run));
    }

    @Test
    void everyAttemptHasItsOwnTimeLimit() throws Exception {
        Run run = harness.shell("[ $FLEETCRON_ATTEMPT = 3 ] || exec sleep 43.1")
                .timeout(2000)
                .retries(10, 10)
                .start();
        assertResult(new Result(Outcome.SUCCEEDED, 0, 3), run);
    }

    @Test
    void aKillRequestEndsTheRunWithoutRetries() throws Exception {
        Run run = harness.shell("echo ready; sleep 44.1")
                .retries(10, 10)
                .killAfter(20_000)
                .start();
        harness.awaitOutput(run, "ready");
        run.kill();
        run.kill();
        assertResult(new Result(Outcome.KILLED, 143, 1), run);
        assertEquals(0, RunHarness.count("sleep\u000044.1"));
        run.kill();
    }

    @Test
    void aKillRequestBetweenAttemptsEndsTheRun() throws Exception {
        Run run = harness.shell("echo ready; exit 3").retries(60_000).start();
        awaitPause(run);
        run.kill();
        assertResult(new Result(Outcome.KILLED, 3, 1), run);
    }

    @Test
    void aKillRequestBetweenAttemptsEndsDaemonsOfTheEarlierOnes() throws Exception {
        Run run = harness.shell("setsid sleep 93.5 & echo ready; exit 3")
                .retries(60_000)
                .start();
        awaitPause(run);
        assertEquals(1, RunHarness.count("sleep\u000093.5"));
        run.kill();
        assertResult(new Result(Outcome.KILLED, 3, 1), run);
        assertEquals(0, RunHarness.count("sleep\u000093.5"));
    }

    /** Until the first attempt, which says "ready", is over. */
    private void awaitPause(Run run) throws Exception {
        harness.awaitOutput(run, "ready");
        long command = harness.process("command");
        RunHarness.until(() -> ProcessHandle.of(command).isEmpty(), "the end of the first attempt");
    }

    @Test
    void anEarlyKillRequestIsNotLost() throws Exception {
        for (int i = 0; i < 20; i++) {
            Run run = harness.shell("sleep 45.1").start();
            Thread.sleep(i); // anywhere in the supervisor's start
            run.kill();
            RunEnd end = run.await();
            assertTrue(end.outcome() == Outcome.KILLED || end.outcome() == Outcome.LOST, end.toString());
            run.forget();
        }
        assertEquals(0, RunHarness.count("sleep\u000045.1"));
    }

    @Test
    void beatsKeepTheRunAlivePastTheLease() throws Exception {
        Path go = dir.resolve("go");
        Duration claimed = RunHarness.sinceBoot();
        Run run = harness.shell("until [ -e " + go + " ]; do sleep 0.1; done")
                .lease(6000)
                .start();
        RunHarness.until(() -> RunHarness.sinceBoot().minus(claimed).toMillis() > 8000, "longer than the lease");
        Files.createFile(go);
        RunEnd end = run.await();
        assertEquals(new Result(Outcome.SUCCEEDED, 0, 1), Result.of(end));
        Heartbeat beat = Heartbeat.newest(
                        harness.file.read(RunHarness.BEATS, (int) (RunHarness.EXIT - RunHarness.BEATS)))
                .orElseThrow();
        assertEquals(17, beat.token());
        assertTrue(Duration.between(beat.beat(), end.ended()).toMillis() < 6000, beat.toString());
    }

    @Test
    void aRunShorterThanABeatWritesNone() throws Exception {
        harness.shell(":").lease(60_000).run();
        assertEquals(Optional.empty(), Heartbeat.newest(harness.file.read(RunHarness.BEATS, (int)
                (RunHarness.EXIT - RunHarness.BEATS))));
    }

    @Test
    void anInputOutputErrorFencesAtOnce() throws Exception {
        int nowhere = Descriptors.open(Path.of("/proc/self/mem"), false); // writing to its first pages gives EIO
        try {
            Duration before = RunHarness.sinceBoot();
            RunSpec spec = harness.shell("sleep 46.1").lease(60_000).spec();
            Run run = harness.launcher.start(harness.withDescriptor(spec, nowhere));
            assertEquals(Outcome.FENCED, run.await().outcome());
            assertTrue(RunHarness.sinceBoot().minus(before).toMillis() < 20_000);
            assertEquals(0, RunHarness.count("sleep\u000046.1"));
        } finally {
            Descriptors.close(nowhere);
        }
    }

    @Test
    void aRunThatNeverBeganIsRefusedAndSaysWhy() throws Exception {
        int directory = Descriptors.openDirectory(dir);
        try {
            RunSpec spec = harness.shell("echo started").spec();
            Run run = harness.launcher.start(harness.withDescriptor(spec, directory));
            RunEnd end = run.await();
            String reason = "descriptor 3 is not a file open for writing";
            assertEquals(Optional.of(reason), end.reason());
            assertEquals(new Result(Outcome.FAILED, 126, 0), Result.of(end));
            assertEquals("fleetcron: " + reason + "\n", harness.output(run));
        } finally {
            Descriptors.close(directory);
        }
    }

    @Test
    void beatsThatAreRefusedFenceBeforeTheLeaseEnds() throws Exception {
        Path pipe = dir.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        int refuses = Descriptors.open(pipe, false); // a pipe cannot be written at an offset: ESPIPE
        try {
            Duration claimed = RunHarness.sinceBoot();
            RunSpec spec = harness.shell("setsid sleep 47.1 & sleep 47.1")
                    .lease(12_000)
                    .spec();
            Run run = harness.launcher.start(harness.withDescriptor(spec, refuses));
            assertEquals(Outcome.FENCED, run.await().outcome());
            long took = RunHarness.sinceBoot().minus(claimed).toMillis();
            assertTrue(took >= 8900 && took < 12_000, "fenced after " + took + " ms");
            RunHarness.awaitGone("sleep\u000047.1");
        } finally {
            Descriptors.close(refuses);
        }
    }

    @Test
    void aClaimTooLongAgoFencesAtOnce() throws Exception {
        Run run = harness.shell("echo started; sleep 48.1")
                .lease(60_000)
                .claimedAgo(50_000)
                .start();
        assertEquals(Outcome.FENCED, run.await().outcome());
        assertEquals("", harness.output(run), "the command was never begun");
        assertTrue(harness.exitRecord().isEmpty(), "a lock in doubt is not written to");
    }

    /** A hypervisor that paused the host may have stopped its boot clock: then only the wall clock shows the time that passed. */
    @Test
    void aClaimTooLongAgoByTheWallClockAloneFencesAtOnce() throws Exception {
        Run run = harness.shell("echo started; sleep 48.2")
                .lease(60_000)
                .claimedAgoByTheWallClock(50_000)
                .start();
        assertEquals(Outcome.FENCED, run.await().outcome());
        assertEquals("", harness.output(run), "the command was never begun");
        assertTrue(harness.exitRecord().isEmpty(), "a lock in doubt is not written to");
    }

    private static void assertResult(Result expected, Run run) throws Exception {
        assertEquals(expected, Result.of(run.await()), () -> RunHarness.wordsOf(run));
    }

    /** The parts of an end that do not depend on the clock. */
    private record Result(Outcome how, int exit, int attempts) {
        static Result of(RunEnd end) {
            return new Result(end.outcome(), end.exit().orElse(-1), end.attempts());
        }
    }
}
