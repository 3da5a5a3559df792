package io.fleetcron.virtual;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** A few hosts that have booted with the same jobs, and whose agents are silent: where a story under virtual time begins. */
final class Scene implements AutoCloseable {
    private static final Logger AGENTS = (Logger) LoggerFactory.getLogger("io.fleetcron");

    private final VirtualWorld world = new VirtualWorld(1, Optional.empty(), Optional.empty());
    private final Map<String, VirtualHost> hosts = new LinkedHashMap<>();

    Scene(Map<String, JobDefinition> jobs, String... names) {
        AGENTS.setLevel(Level.OFF);
        for (String name : names) {
            VirtualHost host = new VirtualHost(world, name, VirtualFleet.config(jobs));
            hosts.put(name, host);
            host.boot();
        }
    }

    VirtualWorld world() {
        return world;
    }

    VirtualServer server() {
        return world.server();
    }

    VirtualHost host(String name) {
        return java.util.Objects.requireNonNull(hosts.get(name));
    }

    List<VirtualHost> hosts() {
        return List.copyOf(hosts.values());
    }

    void until(Instant time) {
        world.time().run(Duration.between(world.instant(world.now()), time));
    }

    /** All that is asked of the fleet from now on. */
    void ask(List<Control> controls) {
        server().ask(ControlTable.NONE, controls);
    }

    /** What history tells of these fires; nothing of one that it does not know. */
    List<String> outcomes(String job, Instant... fires) {
        return Stream.of(fires).map(fire -> world.judge().outcome(job, fire)).toList();
    }

    /** What a file on the share holds. */
    String content(String path) {
        return new String(world.server().content(path), StandardCharsets.UTF_8);
    }

    List<Judge.Problem> problems() {
        return world.judge().problems();
    }

    @Override
    public void close() {
        world.time().end();
        AGENTS.setLevel(null);
    }
}
