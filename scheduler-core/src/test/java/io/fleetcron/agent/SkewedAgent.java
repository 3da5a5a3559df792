package io.fleetcron.agent;

import io.fleetcron.config.ConfigLoader;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.LoadResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** The product's agent in a process of its own, with a wall clock that is wrong by so many milliseconds. */
final class SkewedAgent {

    private SkewedAgent() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        Duration skew = Duration.ofMillis(Long.parseLong(args[2]));
        InstantSource clock = () -> InstantSource.system().instant().plus(skew);
        Agent agent = new AgentFactory(clock).start(load(file).orElseThrow(), Optional.of(args[1]));
        LinkedBlockingQueue<String> reloads = new LinkedBlockingQueue<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            agent.stop();
            stopped.countDown();
        }));
        io.fleetcron.cli.TestSignals.onHangUp(() -> reloads.add("reload"));
        while (stopped.getCount() > 0) {
            reloads.take();
            load(file).ifPresent(agent::reload);
        }
    }

    private static Optional<FleetConfig> load(Path file) {
        LoadResult result = new ConfigLoader().load(file);
        result.problems().forEach(System.err::println);
        return result.config();
    }
}
