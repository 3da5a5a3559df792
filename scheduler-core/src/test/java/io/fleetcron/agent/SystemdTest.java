package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.host.ShadowStatus;
import io.fleetcron.host.Systemd;
import io.fleetcron.natives.BootClock;
import io.fleetcron.natives.DatagramReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the service manager hears of an agent, received on a real socket. */
@Slow
final class SystemdTest {

    private static final long PID = 7;

    @TempDir
    Path folder;

    @Test
    void nobodyAsks() {
        assertSame(ServiceManager.NONE, Systemd.of(Map.of(), PID));
        assertSame(ServiceManager.NONE, Systemd.of(Map.of("NOTIFY_SOCKET", "vsock:2:1"), PID));
    }

    @Test
    void watchdogOfThisProcessOnly() {
        assertEquals(Optional.of(Duration.ofSeconds(15)), pulse(Map.of("WATCHDOG_USEC", "60000000")));
        assertEquals(Optional.of(Duration.ofSeconds(1)), pulse(Map.of("WATCHDOG_USEC", "1000")));
        assertEquals(Optional.empty(), pulse(Map.of("WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "8")));
        assertEquals(Optional.empty(), pulse(Map.of("WATCHDOG_USEC", "soon")));
    }

    private Optional<Duration> pulse(Map<String, String> watchdog) {
        return Systemd.of(with(watchdog, folder + "/none"), PID).pulse();
    }

    @Test
    void messagesInOrder() {
        try (DatagramReceiver systemd = new DatagramReceiver(folder + "/notify")) {
            ServiceManager manager = Systemd.of(Map.of("NOTIFY_SOCKET", folder + "/notify"), PID);
            long before = BootClock.awakeNanos() / 1_000;
            manager.ready("two\nlines");
            manager.reloading();
            manager.stopping();
            assertEquals("READY=1\nSTATUS=two lines", systemd.next());
            String[] reloading = systemd.next().split("\n", -1);
            assertEquals("RELOADING=1", reloading[0]);
            assertTrue(Long.parseLong(reloading[1].replace("MONOTONIC_USEC=", "")) >= before, reloading[1]);
            assertTrue(systemd.next().startsWith("STOPPING=1\n"));
        }
    }

    @Test
    void aShadowSaysThatItStartsNothing() {
        try (DatagramReceiver systemd = new DatagramReceiver(folder + "/notify")) {
            ServiceManager manager =
                    new ShadowStatus(Systemd.of(with(Map.of("WATCHDOG_USEC", "60000000"), folder + "/notify"), PID));
            manager.status("checking");
            manager.ready("claiming fires");
            manager.alive("claiming fires");
            manager.stopping();
            assertEquals("STATUS=shadow, starts nothing: checking", systemd.next());
            assertEquals("READY=1\nSTATUS=shadow, starts nothing: claiming fires", systemd.next());
            assertEquals("WATCHDOG=1\nSTATUS=shadow, starts nothing: claiming fires", systemd.next());
            assertTrue(systemd.next().startsWith("STOPPING=1\n"));
            assertEquals(Optional.of(Duration.ofSeconds(15)), manager.pulse());
        }
    }

    @Test
    void agentIsReadyThenAliveByItsOwnFires() throws Exception {
        String socket = "@fleetcron-test-" + UUID.randomUUID();
        try (DatagramReceiver systemd = new DatagramReceiver(socket)) {
            ServiceManager manager = Systemd.of(with(Map.of("WATCHDOG_USEC", "4000000"), socket), PID);
            Agent agent = new AgentBootstrap(InstantSource.system(), manager).start(config(), Optional.empty());
            try {
                assertEquals("READY=1\nSTATUS=claiming fires; 1 jobs, 0 running", untilReady(systemd));
                assertEquals("WATCHDOG=1\nSTATUS=claiming fires; 1 jobs, 0 running", systemd.next());
                agent.keep();
                assertTrue(untilReady(systemd).contains("an earlier one is in force"));
                agent.reload(config());
                assertFalse(untilReady(systemd).contains("an earlier one is in force"));
                assertTrue(systemd.next().startsWith("WATCHDOG=1"), "the pulse goes on after a reload");
            } finally {
                agent.stop();
            }
        }
    }

    private static String untilReady(DatagramReceiver systemd) {
        String heard = systemd.next();
        while (!heard.startsWith("READY=1")) {
            heard = systemd.next();
        }
        return heard;
    }

    private FleetConfig config() throws IOException {
        Path file = folder.resolve("fleetcron.yaml");
        Files.writeString(
                file, "shared_dir: shared\nstorage: local\nstate_dir: " + folder + "/state\njobs: [jobs.yaml]\n");
        Path jobs = folder.resolve("jobs.yaml");
        Files.writeString(jobs, "jobs:\n  yearly:\n    schedule: \"@yearly\"\n    command: /bin/true\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rw-r--r--"));
        return new ConfigLoader().load(file).config().orElseThrow();
    }

    private static Map<String, String> with(Map<String, String> variables, String socket) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("NOTIFY_SOCKET", socket);
        return all;
    }
}
