package io.fleetcron.host;

import io.fleetcron.natives.BootClock;
import io.fleetcron.natives.NotifySocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd, by the protocol of sd_notify(3). Messages go out in order from a thread of their own, because a manager
 * that is slow to read blocks its senders.
 */
public final class Systemd implements ServiceManager {

    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);
    private static final long STACK = 256 * 1024L;

    /** Messages in the time after which systemd ends a silent agent: some may come late. */
    private static final int PULSES = 4;

    private final String socket;
    private final Optional<Duration> pulse;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(Systemd::daemon);

    private Systemd(String socket, Optional<Duration> pulse) {
        this.socket = socket;
        this.pulse = pulse;
    }

    /**
     * The service manager that this environment names: {@code NOTIFY_SOCKET}, and for the watchdog {@code WATCHDOG_USEC}
     * and {@code WATCHDOG_PID} (sd_watchdog_enabled(3)).
     */
    public static ServiceManager of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (!socket.startsWith("/") && !socket.startsWith("@")) {
            return ServiceManager.NONE;
        }
        return new Systemd(socket, pulse(environment, pid));
    }

    private static Optional<Duration> pulse(Map<String, String> environment, long pid) {
        String own = Long.toString(pid);
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own) || !micros.matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(Math.max(1, Long.parseLong(micros) / 1_000_000 / PULSES)));
    }

    @Override
    public void ready(String status) {
        tell("READY=1\n" + line(status));
    }

    @Override
    public void status(String status) {
        tell(line(status));
    }

    @Override
    public void reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=" + BootClock.awakeNanos() / 1_000 + "\nSTATUS=reading the configuration");
    }

    @Override
    public void stopping() {
        tell("STOPPING=1\nSTATUS=stopping, runs go on");
    }

    @Override
    public Optional<Duration> pulse() {
        return pulse;
    }

    @Override
    public void alive(String status) {
        tell("WATCHDOG=1\n" + line(status));
    }

    private static String line(String status) {
        return "STATUS=" + status.replace('\n', ' ');
    }

    private void tell(String message) {
        sender.execute(() -> {
            try {
                NotifySocket.send(socket, message);
            } catch (IOException e) {
                LOG.warn("the service manager was not notified: {} socket={}", e.getMessage(), socket);
            }
        });
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(null, task, "notify", STACK);
        thread.setDaemon(true);
        return thread;
    }
}
