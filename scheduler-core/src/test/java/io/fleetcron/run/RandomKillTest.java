package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.run.RunEnd.How;
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
class RandomKillTest {
    private static final int SIGKILL = 9;

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
                String what = (brief ? "brief " : "long ") + victim + ": " + end.how();
                seen.merge(what, 1, Integer::sum);
                if (end.how() == How.FAILED) {
                    assertEquals(5, end.exit().orElseThrow(), what + ", seed " + seed);
                } else {
                    boolean vanished = end.how() == How.VANISHED && victim.equals("supervisor");
                    boolean killed = end.how() == How.KILLED && !brief;
                    assertTrue(vanished || killed, what + ", seed " + seed);
                }
            }
        }
        System.out.println("ends: " + seen);
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
