package io.fleetcron.virtual;

import java.util.ArrayList;
import java.util.List;

/** A process of a simulated host: an agent, or a run's supervisor with its guard. */
final class VirtualProcess implements VirtualTime.Owner {
    private final VirtualHost host;
    private final int pid;
    private final List<VirtualServer.Open> open = new ArrayList<>();
    private boolean over;

    VirtualProcess(VirtualHost host, int pid) {
        this.host = host;
        this.pid = pid;
    }

    VirtualHost host() {
        return host;
    }

    int pid() {
        return pid;
    }

    /** Files that it has open. */
    List<VirtualServer.Open> open() {
        return open;
    }

    /** Ends it: the kernel closes what it has open. */
    void kill() {
        if (!over) {
            over = true;
            List.copyOf(open).forEach(file -> file.close(this));
            host.world().time().reap(this);
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean isFrozen() {
        return host.isPaused();
    }

    @Override
    public void defer(VirtualTime.Event event) {
        host.defer(event);
    }
}
