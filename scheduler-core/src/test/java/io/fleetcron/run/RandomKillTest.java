package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guards and supervisors that are killed at any moment of short and long runs, with and without a lease. */
@Timeout(300)
@Slow
class RandomKillTest {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    @TempDir
    Path dir;

    @Test
    void theLockIsFreeOnlyOnceNothingLivesAndNoStatusIsWrong() throws Exception {
        long seed = Long.getLong("fleetcron.seed", new Random().nextLong());
        System.out.println("seed of the moments: " + seed);
        Random random = new Random(seed);
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < Integer.getInteger("fleetcron.kills", 8); i++) {
            boolean brief = random.nextBoolean();
            String victim = random.nextBoolean() ? "guard" : "supervisor";
            Path own = Files.createDirectory(dir.resolve(Integer.toString(i)));
            try (RunHarness harness = new RunHarness(own)) {
                RunEnd end = killed(harness, brief, victim, random);
                String what = (brief ? "brief " : "long ") + victim + ": " + end.outcome();
                seen.merge(what, 1, Integer::sum);
                if (end.outcome() == Outcome.FAILED) {
                    assertEquals(5, end.exit().orElseThrow(), what + ", seed " + seed);
                } else {
                    boolean vanished = end.outcome() == Outcome.LOST && victim.equals("supervisor");
                    boolean killed = end.outcome() == Outcome.KILLED && !brief;
                    assertTrue(vanished || killed, what + ", seed " + seed);
                }
            }
        }
        System.out.println("ends: " + seen);
    }

    /** A host that is short of processors, a debugger, somebody's kill -STOP: whoever continues goes on as if nothing was. */
    @Test
    void aStopOfEitherChangesNoEnd() throws Exception {
        long seed = Long.getLong("fleetcron.seed", new Random().nextLong());
        System.out.println("seed of the stops: " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < Integer.getInteger("fleetcron.stops", 8); i++) {
            Path own = Files.createDirectory(dir.resolve("stop" + i));
            try (RunHarness harness = new RunHarness(own)) {
                RunHarness.Builder builder =
                        harness.shell("echo one; sleep 0.0" + random.nextInt(10) + "; echo two; exit 5");
                Run run = (random.nextBoolean() ? builder.lease(60_000) : builder).start();
                for (int stops = random.nextInt(4); stops >= 0; stops--) {
                    stop(harness.process(random.nextBoolean() ? "guard" : "supervisor"), random);
                }
                RunEnd end = run.await();
                assertEquals("FAILED 5", end.outcome() + " " + end.exit().orElse(-1), "seed " + seed);
                assertEquals("one\ntwo\n", harness.output(run), "seed " + seed);
                harness.leave(run);
                assertEquals(end, harness.exitRecord().orElseThrow().end(), "seed " + seed);
            }
        }
    }

    private static void stop(long pid, Random random) throws Exception {
        Optional<ProcessId> process = ProcessId.of(Math.toIntExact(pid));
        if (process.isPresent()) {
            SupervisedRun.signal(process.get(), SIGSTOP);
            Thread.sleep(random.nextInt(50));
            SupervisedRun.signal(process.get(), SIGCONT);
        }
    }

    private static RunEnd killed(RunHarness harness, boolean brief, String victim, Random random) throws Exception {
        RunHarness.Builder builder =
                harness.shell(brief ? "sleep 68.1 & kill $!; exit 5" : "setsid sleep 68.1 & sleep 68.1");
        Run run = (random.nextBoolean() ? builder.lease(60_000) : builder).start();
        harness.lock.abandon();
        long pid = harness.process(victim);
        for (long until = System.nanoTime() + random.nextInt(8_000_000); System.nanoTime() < until; ) {
            Thread.onSpinWait();
        }
        Optional<ProcessId> process = ProcessId.of(Math.toIntExact(pid));
        if (process.isPresent()) {
            SupervisedRun.signal(process.get(), SIGKILL);
        }
        if (!brief && victim.equals("guard")) {
            run.kill();
        }
        RunHarness.until(() -> harness.lockIsFree(), "the lock");
        assertEquals(0, RunHarness.count("sleep\u000068.1"), "processes that outlived the lock");
        return run.await();
    }
}
