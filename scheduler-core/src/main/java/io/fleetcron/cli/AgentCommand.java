package io.fleetcron.cli;

import io.fleetcron.agent.Agent;
import io.fleetcron.agent.AgentBootstrap;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.host.StartException;
import io.fleetcron.host.Systemd;
import io.fleetcron.lock.HungCloseHelper;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
                        + "SIGHUP reloads the configuration; with errors in it the last good one stays in force. SIGTERM stops the"
                        + " agent within two seconds and leaves its runs in progress; the host's next agent adopts them.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "This agent's id, unique in the fleet (default: `instance` in the file, else the host name).")
    private @Nullable String instance;

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
        ServiceManager manager =
                Systemd.of(System.getenv(), ProcessHandle.current().pid());
        manager.status("checking configuration and storage");
        FleetConfig loaded = config.loadTrusted(AgentCommand::log);
        Agent agent;
        try {
            agent = new AgentBootstrap(InstantSource.system(), manager).start(loaded, Optional.ofNullable(instance));
        } catch (StartException e) {
            manager.status("cannot start: " + String.join("; ", e.reasons()));
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        }
        started.set(true);
        try {
            while (signals.take().equals("HUP")) {
                manager.reloading();
                reload(agent);
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

    /** The start may hang on the file server, and then nobody would take the order to end out of the queue. */
    private static void take(String signal, LinkedBlockingQueue<String> signals, AtomicBoolean started) {
        if (!started.get() && !signal.equals("HUP")) {
            LOG.warn("agent ended before it had started signal={}", signal);
            HungCloseHelper.handOver();
            Runtime.getRuntime().halt(ExitCode.PROBLEM);
        }
        signals.add(signal);
    }

    private void reload(Agent agent) {
        FleetConfig loaded;
        try {
            loaded = config.loadTrusted(AgentCommand::log);
        } catch (CommandFailed | OutOfMemoryError e) {
            agent.keep();
            LOG.error("reload refused: {}. The agent goes on with its last good configuration", e.getMessage());
            return;
        }
        agent.reload(loaded);
    }

    private static void log(Problem problem) {
        if (problem.isError()) {
            LOG.error("{}", problem);
        } else {
            LOG.warn("{}", problem);
        }
    }
}
