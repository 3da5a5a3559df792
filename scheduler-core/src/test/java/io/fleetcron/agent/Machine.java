package io.fleetcron.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * What this machine carries at this moment. Tests with a load measure it first, so that a slow or busy machine gets a
 * load that it can carry and the agents are what is tested.
 *
 * @param startsPerSecond process starts a second, from as many threads as there are processors (at most four)
 */
record Machine(int startsPerSecond) {

    private static final Duration MEASURED = Duration.ofMillis(1500);
    // One shell that starts nine processes one after the other: a run, too, is mostly shells and what they start.
    private static final List<String> TEN_STARTS =
            List.of("/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done");
    // A run costs three agents, its supervisor, its guard and its command as much as this many process starts.
    private static final int STARTS_PER_RUN = 80;

    static Machine measured() {
        int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
        long begin = System.nanoTime();
        List<CompletableFuture<Integer>> counts = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> startsUntil(begin + MEASURED.toNanos())))
                .limit(threads)
                .toList();
        int starts = counts.stream().mapToInt(CompletableFuture::join).sum();
        return new Machine((int) (starts * 1_000_000_000L / (System.nanoTime() - begin)));
    }

    private static int startsUntil(long end) {
        int starts = 0;
        try {
            while (System.nanoTime() < end) {
                new ProcessBuilder(TEN_STARTS).start().waitFor();
                starts += 10;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return starts;
    }

    /** As many jobs of one run a second each as this machine carries, between these bounds. */
    int jobsEverySecond(int atLeast, int atMost) {
        return Math.max(atLeast, Math.min(atMost, startsPerSecond / STARTS_PER_RUN));
    }

    @Override
    public String toString() {
        return startsPerSecond + " process starts a second on "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
