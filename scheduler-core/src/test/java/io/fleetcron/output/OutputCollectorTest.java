package io.fleetcron.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.run.Run;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.RealFiles;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output on its way to a shared directory that hangs or fails. */
final class OutputCollectorTest {

    private static final Instant FIRE = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void end() {
        blocking.shutdownNow();
    }

    /** Real files, after something that the test decides. */
    private static final class Hindered extends RealFiles {
        private final Hindrance hindrance;

        interface Hindrance {
            void meet() throws StorageException;
        }

        Hindered(SharedFiles files, Hindrance hindrance) {
            super(files);
            this.hindrance = hindrance;
        }

        @Override
        public Appender appender(Path file) throws StorageException {
            hindrance.meet();
            return super.appender(file);
        }
    }

    /**
     * @param asked runs whenever the run is asked which one it is
     * @param forgetting runs when the run is forgotten
     */
    private record FakeRun(
            String job, long token, Path output, AtomicInteger forgotten, Runnable asked, Runnable forgetting)
            implements Run {
        @Override
        public RunId id() {
            asked.run();
            return new RunId(job, FIRE, token, "a");
        }

        @Override
        public int pid() {
            return 1;
        }

        @Override
        public RunEnd await() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void recorded() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void unrecorded() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void kill() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<String> complaint() {
            return Optional.empty();
        }

        @Override
        public void forget() {
            forgotten.incrementAndGet();
            forgetting.run();
        }
    }

    @Test
    void aHungShareHoldsUpOneThreadHoweverManyRunsEnd() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        OutputCollector outputs = outputs(() -> {
            calls.incrementAndGet();
            waitFor(hangs);
        });
        FakeRun one = run("one");
        FakeRun two = run("two");
        outputs.began(one);
        outputs.began(two);
        for (int i = 0; i < 5; i++) {
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            write(one, "line " + i + "\n");
            write(two, "line " + i + "\n");
            await(() -> {
                outputs.look();
                return calls.get() == 1
                        && logged(one) == Files.size(one.output())
                        && logged(two) == Files.size(two.output());
            });
        }
        List<FakeRun> ended = new ArrayList<>(List.of(one));
        for (int i = 0; i < 20; i++) {
            ended.add(run("more-" + i));
            write(ended.get(i + 1), "line\n");
        }
        for (FakeRun run : ended) {
            outputs.over(run);
            outputs.collect(run, true);
        }
        outputs.look();
        blocking.submit(() -> {}).get();
        assertEquals(1, calls.get(), "one call under way for all runs");
        assertEquals(0, one.forgotten().get());

        hangs.countDown();
        for (FakeRun run : ended) {
            await(() -> run.forgotten().get() == 1);
            assertEquals(Files.readString(run.output()), Files.readString(stored(run)));
        }
        await(() -> {
            outputs.look();
            return Files.exists(stored(two)) && Files.size(stored(two)) == Files.size(two.output());
        });
        assertEquals(0, two.forgotten().get());
    }

    @Test
    void whatCouldNotBeStoredIsTriedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        OutputCollector outputs = outputs(() -> {
            if (failures.getAndDecrement() > 0) {
                throw new StorageException("no space", "ENOSPC");
            }
        });
        FakeRun run = run("full");
        outputs.began(run);
        write(run, "first\n");
        outputs.collect(run, true);
        await(() -> failures.get() == 2);
        outputs.look();
        assertFalse(Files.exists(stored(run)));
        await(() -> {
            nanos.addAndGet(Duration.ofSeconds(6).toNanos());
            outputs.look();
            return run.forgotten().get() == 1;
        });
        assertEquals("first\n", Files.readString(stored(run)));
    }

    @Test
    void anEarlierAgentsBeginningIsGoneOnFrom() throws Exception {
        FakeRun run = run("resumed");
        write(run, "first\nsecond\n");
        Files.createDirectories(stored(run).getParent());
        Files.writeString(stored(run), "first\nse");
        OutputCollector outputs = outputs(() -> {});
        outputs.began(run);
        outputs.collect(run, true);
        await(() -> run.forgotten().get() == 1);
        assertEquals("first\nsecond\n", Files.readString(stored(run)));
    }

    /** Else a host whose share hangs would keep what all its runs wrote, until its disk is full. */
    @Test
    void theTracesOfRunsGoInTheEndThoughTheShareStillHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        OutputCollector outputs = outputs(() -> {
            calls.incrementAndGet();
            waitFor(hangs);
        });
        FakeRun hung = run("hung");
        FakeRun waiting = run("waiting");
        for (FakeRun run : List.of(hung, waiting)) {
            outputs.began(run);
            write(run, "line\n");
            outputs.collect(run, true);
        }
        await(() -> calls.get() == 1);
        nanos.addAndGet(Duration.ofMinutes(61).toNanos());
        await(() -> {
            outputs.look();
            return hung.forgotten().get() == 1 && waiting.forgotten().get() == 1;
        });
        hangs.countDown();
        FakeRun later = run("later");
        outputs.began(later);
        outputs.collect(later, true);
        await(() -> later.forgotten().get() == 1);
        assertEquals(
                List.of(1, 1),
                List.of(hung.forgotten().get(), waiting.forgotten().get()));
    }

    private OutputCollector outputs(Hindered.Hindrance hindrance) {
        return outputs(hindrance, blocking);
    }

    private OutputCollector outputs(Hindered.Hindrance hindrance, Executor storing) {
        OutputStore store = new OutputStore(
                new Hindered(new DirectFiles(new SharedRoot(folder), false), hindrance),
                new SharedLayout(folder),
                "a",
                new StorageHealth(folder.toString(), nanos::get));
        return new OutputCollector(store, storing, nanos::get, true);
    }

    /** Else a local disk that does not answer would keep the end of a run from being recorded, and its lock held. */
    @Test
    void theEndOfARunDoesNotWaitForItsLines() throws Exception {
        OutputCollector outputs = outputs(() -> {}, neverDone -> {});
        FakeRun run = run("frozen");
        outputs.began(run);
        write(run, "last words\n");
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> outputs.over(run));
    }

    /** The state directory has nothing of it any more at the second time. */
    @Test
    void aRunIsForgottenOnceThoughSomebodyLooksJustThen() throws Exception {
        OutputCollector outputs = outputs(() -> {}, Runnable::run);
        FakeRun run = run("once", outputs::look, () -> {});
        outputs.began(run);
        write(run, "first\n");
        outputs.collect(run, true);
        assertEquals(1, run.forgotten().get());
        assertEquals("first\n", Files.readString(stored(run)));
    }

    /** As on a disk that has become read-only. */
    @Test
    void aRunWhoseTracesStayKeepsNoOtherFromBeingStored() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        OutputCollector outputs = outputs(() -> waitFor(hangs));
        FakeRun stays = run("stays", () -> {}, () -> {
            throw new UncheckedIOException(new FileSystemException("runs", null, "Read-only file system"));
        });
        FakeRun next = run("next");
        for (FakeRun run : List.of(stays, next)) {
            outputs.began(run);
            write(run, "line\n");
            outputs.collect(run, true);
        }
        hangs.countDown();
        await(() -> {
            outputs.look();
            return stays.forgotten().get() == 1 && next.forgotten().get() == 1;
        });
        assertEquals("line\n", Files.readString(stored(next)));
    }

    private FakeRun run(String job) throws IOException {
        return run(job, () -> {}, () -> {});
    }

    private FakeRun run(String job, Runnable asked, Runnable forgetting) throws IOException {
        Path output = Files.createDirectory(folder.resolve("run-" + job)).resolve("output");
        Files.createFile(output);
        return new FakeRun(job, 1, output, new AtomicInteger(), asked, forgetting);
    }

    private static void write(FakeRun run, String text) throws IOException {
        Files.writeString(run.output(), text, StandardOpenOption.APPEND);
    }

    private Path stored(FakeRun run) {
        return new SharedLayout(folder).output(run.job()).resolve(new OutputName(FIRE, run.token(), "a").text());
    }

    private static long logged(FakeRun run) throws IOException {
        Path note = run.output().resolveSibling("logged");
        return Files.exists(note) ? Long.parseLong("0" + Files.readString(note).strip()) : 0;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, "not within 90 s");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
