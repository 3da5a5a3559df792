package io.fleetcron.cli;

import io.fleetcron.agent.Agent;
import io.fleetcron.agent.AgentFactory;
import io.fleetcron.agent.ServiceManager;
import io.fleetcron.agent.StartException;
import io.fleetcron.agent.Systemd;
import io.fleetcron.config.FleetConfig;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fleetcron agent}. */
@Command(
        name = "agent",
        description = "Runs this host's agent in the foreground. Logs go to standard error.%n"
                + "SIGHUP reloads the configuration, SIGTERM stops the agent and leaves its runs going.",
        mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--instance",
            paramLabel = "ID",
            description = "This agent's id, unique in the fleet (default: `instance` in the file, else the host name).")
    private @Nullable String instance;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailed {
        PrintWriter err = spec.commandLine().getErr();
        LinkedBlockingQueue<String> signals = new LinkedBlockingQueue<>();
        Signals.deliver(signals::add, "HUP", "TERM", "INT");
        ServiceManager manager =
                Systemd.of(System.getenv(), ProcessHandle.current().pid());
        manager.status("checking configuration and storage");
        FleetConfig loaded = config.loadTrusted(err);
        Agent agent;
        try {
            agent = new AgentFactory(InstantSource.system(), manager).start(loaded, Optional.ofNullable(instance));
        } catch (StartException e) {
            manager.status("cannot start: " + String.join("; ", e.reasons()));
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        }
        try {
            while (signals.take().equals("HUP")) {
                manager.reloading();
                reload(agent, err);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        agent.stop();
        // Threads that hang on storage must not keep the process.
        Runtime.getRuntime().halt(ExitCode.OK);
        return ExitCode.OK;
    }

    private void reload(Agent agent, PrintWriter err) {
        try {
            agent.reload(config.loadTrusted(err));
        } catch (CommandFailed e) {
            agent.keep();
            LOG.error("reload refused: {}. The agent goes on with its last good configuration", e.getMessage());
        }
    }
}
