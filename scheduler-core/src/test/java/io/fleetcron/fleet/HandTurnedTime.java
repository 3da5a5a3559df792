package io.fleetcron.fleet;

import java.time.Duration;
import java.time.Instant;

/** A host's time that passes only when it is turned: by the test, or by whoever waits. Thread-safe. */
public final class HandTurnedTime implements HostTime {

    private final Instant begin;
    private final long bootBegin;
    private final Runnable whenPaused;
    private long passed;

    /**
     * @param begin what the wall clock shows first
     * @param whenPaused what happens while somebody waits
     */
    public HandTurnedTime(Instant begin, Runnable whenPaused) {
        this.begin = begin;
        this.bootBegin = Duration.ofSeconds(1_000).toNanos();
        this.whenPaused = whenPaused;
    }

    /** Lets time pass. */
    public synchronized void pass(Duration time) {
        passed += time.toNanos();
    }

    @Override
    public synchronized Instant instant() {
        return begin.plusNanos(passed);
    }

    @Override
    public synchronized long bootNanos() {
        return bootBegin + passed;
    }

    @Override
    public void pause(Duration time) {
        pass(time);
        whenPaused.run();
    }

    @Override
    public long jitter(long bound) {
        return bound / 2;
    }
}
