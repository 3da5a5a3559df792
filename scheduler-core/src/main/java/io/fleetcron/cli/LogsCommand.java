package io.fleetcron.cli;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.OutputFiles;
import io.fleetcron.observe.OutputFiles.Stored;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.SharedUnavailable;
import io.fleetcron.run.LocalRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron logs}. What the command wrote goes to standard output byte for byte, which run it was to standard error. */
@Command(
        name = "logs",
        description =
                "Shows the output of a job's newest run, or of one fire: from the shared directory or, while the run"
                        + " goes on here, as far as it is.%nOf the newest runs the output is kept, up to a size.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:shown",
            "1:there is no such output, or the shared directory does not answer",
            "2:the command line or the configuration cannot be used"
        })
final class LogsCommand extends ReadCommand {

    private static final long PAUSE_MILLIS = 200;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job = "";

    @Option(
            names = "--fire",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "The run of this scheduled time.")
    private @Nullable Instant fire;

    @Option(names = "--instance", paramLabel = "ID", description = "Only runs of this instance.")
    private @Nullable String instance;

    @Option(
            names = {"-f", "--follow"},
            description = "While the run goes on, show what it writes as it comes; of a run elsewhere, at its end.")
    private boolean follow;

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig loaded = config.read(err());
        JobDefinition known = config.job(loaded, job);
        try {
            return show(loaded, known);
        } catch (SharedUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.PROBLEM, "cannot read the output: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.PROBLEM;
        }
    }

    private int show(FleetConfig loaded, JobDefinition known)
            throws SharedUnavailable, IOException, InterruptedException, CommandFailed {
        Optional<LocalRun> here = here(loaded).filter(LocalRun::alive);
        if (here.isPresent()) {
            showRunning(loaded, here.get());
            return ExitCode.OK;
        }
        Optional<SeenRun> elsewhere = elsewhere(loaded);
        while (follow
                && elsewhere.isPresent()
                && stored(loaded, elsewhere.get().token()).isEmpty()) {
            Thread.sleep(1000);
            elsewhere = elsewhere(loaded);
        }
        elsewhere.ifPresent(run -> say("job " + job + " runs on instance " + run.instance() + " (host " + run.host()
                + ") since " + run.started() + ", fire " + run.fire() + "; its output comes here when it ends"));
        Optional<Stored> newest = stored(loaded, -1);
        if (newest.isEmpty()) {
            throw new CommandFailed(ExitCode.PROBLEM, none(known));
        }
        OutputName name = newest.get().name();
        say("fire " + name.fire() + ", token " + name.token() + ", instance " + name.instance());
        shared.deadline().ask(() -> Files.copy(newest.get().file(), stream()));
        stream().flush();
        return ExitCode.OK;
    }

    private String none(JobDefinition known) {
        String which = fire == null ? "job " + known.name() : "fire " + fire + " of job " + known.name();
        return "no output is kept of " + which + ": it has not run, wrote nothing, or newer runs have replaced it."
                + " `fleetcron history " + known.name() + "` shows its fires";
    }

    private Optional<LocalRun> here(FleetConfig loaded) throws IOException {
        return new HostFiles(loaded)
                .runs().stream()
                        .filter(run -> run.job().equals(job) && wanted(run.fire(), run.instance()))
                        .max(Comparator.comparing(LocalRun::fire).thenComparing(LocalRun::token));
    }

    private Optional<SeenRun> elsewhere(FleetConfig loaded) throws SharedUnavailable {
        FleetView view = shared.reader(loaded).view();
        return view.running().stream()
                .filter(run -> run.job().equals(job) && wanted(run.fire(), run.instance()))
                .findFirst();
    }

    /** The newest that fits; of that run alone unless {@code token} is negative. */
    private Optional<Stored> stored(FleetConfig loaded, long token) throws SharedUnavailable {
        List<Stored> all = shared.deadline().ask(() -> new OutputFiles(loaded.sharedDir()).of(job));
        return all.stream()
                .filter(stored -> wanted(stored.name().fire(), stored.name().instance()))
                .filter(stored -> token < 0 || stored.name().token() == token)
                .reduce((older, newer) -> newer);
    }

    /** Files name times to the millisecond. */
    private boolean wanted(Instant of, String by) {
        return (fire == null || fire.truncatedTo(ChronoUnit.MILLIS).equals(of.truncatedTo(ChronoUnit.MILLIS)))
                && (instance == null || instance.equals(by));
    }

    private void showRunning(FleetConfig loaded, LocalRun run) throws IOException, InterruptedException {
        say("fire " + run.fire() + ", token " + run.token() + ", instance " + run.instance() + ", running since "
                + run.started());
        try (InputStream in = Files.newInputStream(run.output())) {
            boolean last;
            do {
                last = !follow || !isAlive(loaded, run);
                in.transferTo(stream());
                stream().flush();
                if (!last) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            } while (!last && !stream().checkError());
        }
    }

    private boolean isAlive(FleetConfig loaded, LocalRun run) throws IOException {
        return new HostFiles(loaded)
                .runs().stream()
                        .anyMatch(other -> other.alive()
                                && other.job().equals(run.job())
                                && other.instance().equals(run.instance())
                                && other.token() == run.token());
    }

    private PrintStream stream() {
        return program().out();
    }
}
