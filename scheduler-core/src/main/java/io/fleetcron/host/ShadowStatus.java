package io.fleetcron.host;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells the service manager of an agent that it is a shadow, with each status. Thread-safe.
 *
 * @param manager that gets it
 */
public record ShadowStatus(ServiceManager manager) implements ServiceManager {

    private static String of(String status) {
        return "shadow, starts nothing: " + status;
    }

    @Override
    public void ready(String status) {
        manager.ready(of(status));
    }

    @Override
    public void status(String status) {
        manager.status(of(status));
    }

    @Override
    public void reloading() {
        manager.reloading();
    }

    @Override
    public void stopping() {
        manager.stopping();
    }

    @Override
    public Optional<Duration> pulse() {
        return manager.pulse();
    }

    @Override
    public void alive(String status) {
        manager.alive(of(status));
    }
}
