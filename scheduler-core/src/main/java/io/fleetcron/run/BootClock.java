package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The boot-time clock as supervisors read it, {@code /proc/uptime}: it counts while the machine is suspended, and
 * nobody can set it.
 */
public final class BootClock {
    private static final Path UPTIME = Path.of("/proc/uptime");

    private BootClock() {}

    /**
     * The time since boot, to a hundredth of a second.
     *
     * @throws IllegalStateException without a readable /proc
     */
    public static Duration now() {
        try {
            String seconds = Files.readString(UPTIME).split(" ")[0];
            return Duration.ofMillis(Long.parseLong(seconds.replace(".", "")) * 10);
        } catch (IOException e) {
            throw new IllegalStateException("/proc is not mounted; fleetcron needs it", e);
        }
    }
}
