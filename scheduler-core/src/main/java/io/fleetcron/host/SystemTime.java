package io.fleetcron.host;

import io.fleetcron.fleet.HostTime;
import io.fleetcron.natives.BootClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The time of the host that this process runs on. Stateless. */
public final class SystemTime implements HostTime {

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long bootNanos() {
        return BootClock.nanos();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    @Override
    public long jitter(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }
}
