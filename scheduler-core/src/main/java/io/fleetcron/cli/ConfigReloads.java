package io.fleetcron.cli;

import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Reload;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.host.ConfigFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration for an agent: at its start, when somebody asks for it, and when its files have changed. After the
 * start on a thread of its own, since a share may hang: the agent must still take the order to end. {@link #ask} is
 * thread-safe.
 */
final class ConfigReloads {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigReloads.class);

    /** Looks after which a refused configuration is read again unchanged: what was wrong may not be in a file. */
    private static final int LOOKS_BEFORE_RETRY = 12;

    /** Whoever runs what the configuration says. */
    interface Agent {
        /** Somebody asked for a reload, which begins. */
        void reloading();

        void reload(FleetConfig config);

        /** That is what it goes by now. */
        void applied(FleetConfig config);

        /** What was read is refused. */
        void keep();
    }

    private final ConfigOption config;
    private final Map<String, String> labels;
    private final ConfigFiles files = new ConfigFiles();
    private final Semaphore asked = new Semaphore(0);
    private LoadResult good = new LoadResult(Optional.empty(), List.of(), List.of());
    private List<String> refused = List.of();
    private int looks;

    /**
     * @param labels of this host, besides those in the file
     */
    ConfigReloads(ConfigOption config, Map<String, String> labels) {
        this.config = config;
        this.labels = labels;
    }

    /** The configuration to start with. */
    FleetConfig first() throws CommandFailed {
        good = config.loadTrusted(files.reading(), ConfigReloads::log);
        return usable(good);
    }

    private FleetConfig usable(LoadResult result) throws CommandFailed {
        FleetConfig labelled = config.usable(result).withLabels(labels);
        if (labelled.labels().size() > NameRules.MOST_LABELS) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "at most " + NameRules.MOST_LABELS + " labels, those of --label included, found "
                            + labelled.labels().size());
        }
        return labelled;
    }

    /** From now on that agent gets what changes. */
    void serve(Agent agent) {
        Thread thread = new Thread(() -> serveForever(agent), "config");
        thread.setDaemon(true);
        thread.start();
    }

    /** The configuration is to be read again, whether its files have changed or not. */
    void ask() {
        asked.release();
    }

    private void serveForever(Agent agent) {
        good.config().ifPresent(agent::applied);
        while (true) {
            try {
                if (asked.tryAcquire(ConfigFiles.INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    asked.drainPermits();
                    agent.reloading();
                    read(agent, true);
                } else if (good.config()
                        .filter(now -> now.reload() == Reload.ON_CHANGE)
                        .isPresent()) {
                    look(agent);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("internal error, please report it", e);
            }
        }
    }

    private void look(Agent agent) {
        if (files.haveChanged()) {
            LOG.info("configuration changed on disk files={}", files.changed());
            refused = List.of();
            read(agent, false);
        } else if (!refused.isEmpty() && ++looks >= LOOKS_BEFORE_RETRY) {
            read(agent, false);
        }
    }

    private void read(Agent agent, boolean ordered) {
        looks = 0;
        List<Problem> problems = new ArrayList<>();
        try {
            LoadResult found = config.loadTrusted(files.reading(), problems::add);
            FleetConfig usable = usable(found);
            List<Path> emptied = ordered ? List.of() : files.emptied(good.files(), found.files());
            if (!emptied.isEmpty()) {
                throw new CommandFailed(
                        ExitCode.PROBLEM,
                        "no job file is left in " + emptied
                                + ", as if it were not mounted; if that is meant, `systemctl"
                                + " reload fleetcron` (SIGHUP) applies it");
            }
            problems.forEach(ConfigReloads::log);
            refused = List.of();
            good = found;
            agent.reload(usable);
            agent.applied(usable);
        } catch (CommandFailed | OutOfMemoryError e) {
            refuse(agent, problems, String.valueOf(e.getMessage()), ordered);
        }
    }

    /** Reported once, however often it is read. */
    private void refuse(Agent agent, List<Problem> problems, String reason, boolean ordered) {
        List<String> now =
                new ArrayList<>(problems.stream().map(Problem::toString).toList());
        now.add(reason);
        if (ordered || !now.equals(refused)) {
            problems.forEach(ConfigReloads::log);
            LOG.error("reload refused: {}. The agent goes on with its last good configuration", reason);
        }
        refused = now;
        agent.keep();
    }

    private static void log(Problem problem) {
        if (problem.isError()) {
            LOG.error("{}", problem);
        } else {
            LOG.warn("{}", problem);
        }
    }
}
