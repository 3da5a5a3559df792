package io.fleetcron.cli;

import io.fleetcron.agent.Agent;
import io.fleetcron.agent.AgentBootstrap;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.DefinitionsInForce;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Shadow;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.host.ShadowStatus;
import io.fleetcron.host.StartException;
import io.fleetcron.host.SystemTime;
import io.fleetcron.host.Systemd;
import io.fleetcron.lock.HungCloseHelper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetcron agent}. */
@Command(
        name = "agent",
        description =
                "Runs this host's agent in the foreground, as `systemctl start fleetcron` does. Logs go to standard error.%n"
                        + "Reads the configuration again when its files have changed (`reload`) and after SIGHUP; with errors"
                        + " in it the last good one stays in force. SIGTERM stops the"
                        + " agent within two seconds and leaves its runs in progress; the host's next agent adopts them.",
        mixinStandardHelpOptions = true)
class AgentCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "This agent's id, unique in the fleet (default: `instance` in the file, else the host name).")
    private @Nullable String instance;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description =
                    "A label of this host, besides `labels` in the file or instead of one there; may be repeated.")
    private Map<String, String> labels = Map.of();

    /** Whether it is to start nothing. */
    boolean isShadow() {
        return false;
    }

    private FleetConfig own(FleetConfig fleet) {
        return isShadow() ? Shadow.of(fleet) : fleet;
    }

    /** All that an agent says is a log line: in the journal it has a priority then. */
    @Override
    public Integer call() {
        try {
            return serve();
        } catch (CommandFailed e) {
            e.messages().forEach(message -> LOG.error("agent not started: {}", message));
            return e.exitCode();
        }
    }

    private int serve() throws CommandFailed {
        LinkedBlockingQueue<String> signals = new LinkedBlockingQueue<>();
        AtomicBoolean started = new AtomicBoolean();
        Signals.deliver(name -> take(name, signals, started), "HUP", "TERM", "INT");
        ServiceManager asked =
                Systemd.of(System.getenv(), ProcessHandle.current().pid());
        ServiceManager manager = isShadow() ? new ShadowStatus(asked) : asked;
        manager.status("checking configuration and storage");
        ConfigReloads reloads = new ConfigReloads(config, labels());
        FleetConfig loaded = reloads.first();
        Agent agent;
        try {
            AgentBootstrap bootstrap = new AgentBootstrap(new SystemTime(), manager);
            agent = isShadow()
                    ? bootstrap.startShadow(loaded, Optional.ofNullable(instance))
                    : bootstrap.start(loaded, Optional.ofNullable(instance));
        } catch (StartException e) {
            manager.status("cannot start: " + String.join("; ", e.reasons()));
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        }
        started.set(true);
        Identity identity = Identity.here(ThisHost.instance(loaded, Optional.ofNullable(instance)));
        reloads.serve(new AgentCommandReloads(
                agent,
                manager,
                new SystemTime(),
                identity,
                ThisHost.stateDir(own(loaded), identity.instance()),
                this::own));
        try {
            while (signals.take().equals("HUP")) {
                reloads.ask();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        agent.stop();
        // Neither threads nor open files that hang on storage must keep the process.
        HungCloseHelper.handOver();
        Runtime.getRuntime().halt(ExitCode.OK);
        return ExitCode.OK;
    }

    private record AgentCommandReloads(
            Agent agent,
            ServiceManager manager,
            InstantSource clock,
            Identity identity,
            Path state,
            UnaryOperator<FleetConfig> own)
            implements ConfigReloads.Agent {
        @Override
        public void reloading() {
            manager.reloading();
        }

        @Override
        public void reload(FleetConfig config) {
            agent.reload(own.apply(config));
        }

        /** For {@code fleetcron diff}. */
        @Override
        public void applied(FleetConfig config) {
            Path file = state.resolve(DefinitionsInForce.FILE);
            Path draft = state.resolve(DefinitionsInForce.FILE + ".new");
            try {
                Files.writeString(
                        draft,
                        DefinitionsInForce.of(
                                        identity, clock.instant(), config.jobs().values())
                                .text());
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.warn(
                        "definitions in force not written to {}: {}; `fleetcron diff` compares with earlier ones",
                        file,
                        e.toString());
            }
        }

        @Override
        public void keep() {
            agent.keep();
        }
    }

    private Map<String, String> labels() throws CommandFailed {
        for (Map.Entry<String, String> label : labels.entrySet()) {
            Optional<String> wrong = NameRules.host(label.getKey()).or(() -> NameRules.label(label.getValue()));
            if (wrong.isPresent()) {
                throw new CommandFailed(ExitCode.USAGE, "--label " + label + ": " + wrong.get());
            }
        }
        return labels;
    }

    /** The start may hang on the file server, and then nobody would take the order to end out of the queue. */
    private static void take(String signal, LinkedBlockingQueue<String> signals, AtomicBoolean started) {
        if (!started.get() && !signal.equals("HUP")) {
            LOG.warn("agent ended before it had started signal={}", signal);
            HungCloseHelper.handOver();
            Runtime.getRuntime().halt(ExitCode.PROBLEM);
        }
        signals.add(signal);
    }
}
