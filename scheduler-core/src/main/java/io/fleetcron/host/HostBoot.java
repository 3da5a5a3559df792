package io.fleetcron.host;

import io.fleetcron.fleet.ThisHost;
import io.fleetcron.natives.BootClock;
import java.time.Duration;

/**
 * The present boot of this host.
 *
 * @param id another one after every start of the host
 * @param uptime how long ago that was
 */
public record HostBoot(String id, Duration uptime) {

    /** As the kernel tells it. */
    public static HostBoot now() {
        return new HostBoot(ThisHost.boot(), Duration.ofNanos(BootClock.nanos()));
    }
}
