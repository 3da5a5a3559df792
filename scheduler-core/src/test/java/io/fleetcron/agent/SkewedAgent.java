package io.fleetcron.agent;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.host.HostBoot;
import io.fleetcron.host.ServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The product's agent in a process of its own, with a wall clock that is wrong by so many milliseconds, and in a boot of its own if one is named. */
final class SkewedAgent {

    /** What it says once it minds signals as the program does. */
    static final String READY = "ready for signals";

    /** The system property with its labels, {@code name=value,...}. */
    static final String LABELS = "fleetcron.test.labels";

    private SkewedAgent() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        Duration skew = Duration.ofMillis(Long.parseLong(args[2]));
        InstantSource clock = () -> InstantSource.system().instant().plus(skew);
        Supplier<HostBoot> boot = args.length > 3
                ? () -> new HostBoot(args[3], Duration.ofMillis(Long.parseLong(args[4])))
                : HostBoot::now;
        LinkedBlockingQueue<String> reloads = new LinkedBlockingQueue<>();
        io.fleetcron.cli.TestSignals.onHangUp(() -> reloads.add("reload"));
        Agent agent = new AgentBootstrap(clock, ServiceManager.NONE, boot)
                .start(load(file).orElseThrow(), Optional.of(args[1]));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            agent.stop();
            stopped.countDown();
        }));
        System.out.println(READY);
        while (stopped.getCount() > 0) {
            reloads.take();
            load(file).ifPresent(agent::reload);
        }
    }

    private static Optional<FleetConfig> load(Path file) {
        LoadResult result = new ConfigLoader().load(file);
        result.problems().forEach(System.err::println);
        return result.config().map(config -> config.withLabels(labels()));
    }

    private static Map<String, String> labels() {
        return Pattern.compile(",")
                .splitAsStream(System.getProperty(LABELS, ""))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
    }
}
