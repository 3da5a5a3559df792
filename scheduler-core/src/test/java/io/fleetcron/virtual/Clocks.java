package io.fleetcron.virtual;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which hosts have reason to doubt the fleet's time, so that they start nothing, as documented: one whose own clock has just
 * been set, and all while the clocks of most hosts that are heard of contradict the server's.
 */
final class Clocks {

    /** Hosts keep their clocks so well; what is further off contradicts. */
    private static final long LIMIT = VirtualWorld.seconds(30);

    /** After so long at most, all hosts that have been connected have heard of each other's clocks. */
    private static final long HEARD = VirtualWorld.seconds(45);

    private static final long LOOK = VirtualWorld.seconds(5);

    private final VirtualWorld world;
    private final Map<VirtualHost, Long> heardSince = new HashMap<>();
    private final List<VirtualHost> hosts = new ArrayList<>();
    private boolean looking;

    Clocks(VirtualWorld world) {
        this.world = world;
    }

    void add(VirtualHost host) {
        hosts.add(host);
    }

    /** That host's clock has been set. */
    void set(VirtualHost host) {
        if (Math.abs(host.clockAhead()) > LIMIT) {
            doubt(host);
        }
        look();
    }

    /** A clock has been set, or another host is heard of. */
    void look() {
        if (!looking) {
            looking = true;
            if (contradictTheServers()) {
                hosts.forEach(this::doubt);
            }
            looking = false;
        }
    }

    private void doubt(VirtualHost host) {
        heardSince.put(host, world.now());
        if (!host.doubtsTheTime()) {
            host.doubtsTheTime(true);
            later(host);
        }
    }

    /** It doubts until it has been able to hear for long enough. */
    private void later(VirtualHost host) {
        world.time().after(null, LOOK, () -> {
            if (!host.isConnected() || !host.hasAgent() || contradictTheServers()) {
                heardSince.put(host, world.now());
            }
            if (world.now() - Objects.requireNonNull(heardSince.get(host)) >= HEARD) {
                host.doubtsTheTime(false);
            } else {
                later(host);
            }
        });
    }

    private boolean contradictTheServers() {
        List<Long> ahead = hosts.stream()
                .filter(host -> host.hasAgent() && host.isConnected())
                .map(VirtualHost::clockAhead)
                .sorted()
                .toList();
        return !ahead.isEmpty()
                && Math.min(Math.abs(ahead.get((ahead.size() - 1) / 2)), Math.abs(ahead.get(ahead.size() / 2))) > LIMIT;
    }
}
