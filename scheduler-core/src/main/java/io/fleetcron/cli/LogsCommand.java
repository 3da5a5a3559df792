package io.fleetcron.cli;

import io.fleetcron.cli.console.Times;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.RunOn;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.OutputFiles;
import io.fleetcron.observe.OutputFiles.Stored;
import io.fleetcron.observe.OutputSource;
import io.fleetcron.observe.RunEnds;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.run.LocalRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
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
                "Shows the output of a job's run: of the one in progress, on whatever host, else of the newest one; or"
                        + " of one fire.%nOf the newest runs the output is kept, up to a size.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:shown, however the run ended",
            "1:no such output exists, or the shared directory does not answer",
            "2:the command line or the configuration cannot be used"
        })
final class LogsCommand extends ReadCommand {

    private static final long PAUSE_MILLIS = 500;
    /** A run's agent stores the rest of its output right after it recorded the end: nothing new for so long is all. */
    private static final int QUIET = 5;
    /** As long as history may take to tell of it. */
    private static final int LOOKS_AT_END = 12;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Mixin
    private RawOption raw = new RawOption();

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job = "";

    @Option(
            names = "--fire",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "The run of this scheduled time.")
    private @Nullable Instant fire;

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "Only runs of this instance.")
    private @Nullable String instance;

    @Option(
            names = {"-f", "--follow"},
            description =
                    "While the run is in progress, show what it writes as it comes; end with the run, and say on standard"
                            + " error how it ended.")
    private boolean follow;

    private @Nullable PrintStream stream;

    /** The run to show; {@code local} is where its output collects if it goes on here. */
    private record Target(Instant fire, long token, String instance, String since, Optional<Path> local) {}

    @Override
    public Integer call() throws CommandFailed {
        if (json()) {
            throw wrong("logs prints what the command wrote, byte for byte; --json is for history");
        }
        FleetConfig loaded = config.read(err());
        JobDefinition known = config.job(loaded, job);
        try {
            return show(loaded, known);
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.PROBLEM, "cannot read the output: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.PROBLEM;
        }
    }

    private int show(FleetConfig loaded, JobDefinition known)
            throws SharedDirectoryUnavailable, IOException, InterruptedException, CommandFailed {
        RunEnds ends = new RunEnds(loaded, shared.deadline(), job, known.runOn());
        Optional<LocalRun> here = here(loaded);
        Optional<CurrentRun> elsewhere = here.isPresent()
                ? Optional.empty()
                : shared.deadline().ask(ends::current).filter(run -> wanted(run.fire(), run.instance()));
        Target target;
        if (here.isPresent()) {
            LocalRun run = here.get();
            target = new Target(
                    run.fire(), run.token(), run.instance(), ", since " + run.started(), Optional.of(run.output()));
        } else if (elsewhere.isPresent()) {
            CurrentRun run = elsewhere.get();
            String since = ", on host " + run.host() + " since " + run.started();
            target = new Target(run.fire(), run.token(), run.instance(), since, Optional.empty());
        } else {
            OutputName name = stored(loaded, known).name();
            target = new Target(name.fire(), name.token(), name.instance(), "", Optional.empty());
        }
        say("fire " + target.fire + ", token " + target.token + ", instance " + target.instance + target.since);
        boolean maybeGoesOn = here.isPresent() || elsewhere.isPresent() || known.runOn() == RunOn.EVERY;
        try (OutputSource output = output(loaded, target)) {
            show(loaded, output, ends, target, maybeGoesOn);
        }
        return ExitCode.OK;
    }

    private OutputSource output(FleetConfig loaded, Target target) throws IOException {
        return target.local.isPresent()
                ? OutputSource.here(target.local.get())
                : OutputSource.shared(
                        new OutputFiles(loaded.sharedDir()), shared.deadline(), job, target.token, target.instance);
    }

    private void show(FleetConfig loaded, OutputSource output, RunEnds ends, Target target, boolean maybeGoesOn)
            throws SharedDirectoryUnavailable, IOException, InterruptedException {
        boolean goesOn = maybeGoesOn && goesOn(loaded, ends, target);
        boolean wentOn = goesOn;
        boolean anything = false;
        int quiet = 0;
        while (!stream().checkError()) {
            boolean came = write(output);
            anything |= came;
            quiet = goesOn || came ? 0 : quiet + 1;
            if (!came && (!follow || (!goesOn && (target.local.isPresent() || !wentOn || quiet >= QUIET)))) {
                break;
            }
            if (!came) {
                Thread.sleep(PAUSE_MILLIS);
                goesOn = goesOn && goesOn(loaded, ends, target);
            }
        }
        if (goesOn) {
            say(
                    anything
                            ? "the run goes on; --follow shows what comes"
                            : "the run goes on and has written nothing yet");
        } else if (wentOn) {
            sayEnd(ends, target, anything);
        }
    }

    private boolean write(OutputSource output) throws IOException, SharedDirectoryUnavailable {
        byte[] piece = output.next();
        stream().write(piece, 0, piece.length);
        if (piece.length > 0) {
            stream().flush();
        }
        return piece.length > 0;
    }

    private void sayEnd(RunEnds ends, Target target, boolean anything)
            throws SharedDirectoryUnavailable, InterruptedException {
        Optional<Settlement> end = Optional.empty();
        for (int i = 0; i < LOOKS_AT_END && end.isEmpty(); i++) {
            end = shared.deadline().ask(() -> ends.end(target.fire, target.token, target.instance));
            if (end.isEmpty()) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        String how = end.map(settled -> settled.outcome().word()
                        + (settled.exit().isPresent()
                                ? ", exit status " + settled.exit().getAsInt()
                                : "")
                        + ", at " + settled.ended())
                .orElse("its end is not recorded yet");
        say("the run is over: " + how + (anything ? "" : "; it wrote nothing"));
    }

    private boolean goesOn(FleetConfig loaded, RunEnds ends, Target target)
            throws SharedDirectoryUnavailable, IOException {
        return target.local.isPresent()
                ? isAlive(loaded, target)
                : shared.deadline().ask(() -> ends.goesOn(target.token, target.instance));
    }

    private Optional<LocalRun> here(FleetConfig loaded) throws IOException {
        return new HostFiles(loaded)
                .runs().stream()
                        .filter(run -> run.alive() && run.job().equals(job) && wanted(run.fire(), run.instance()))
                        .max(Comparator.comparing(LocalRun::fire).thenComparing(LocalRun::token));
    }

    /** The newest that fits. */
    private Stored stored(FleetConfig loaded, JobDefinition known) throws SharedDirectoryUnavailable, CommandFailed {
        List<Stored> all = shared.deadline().ask(() -> new OutputFiles(loaded.sharedDir()).of(job));
        return all.stream()
                .filter(stored -> wanted(stored.name().fire(), stored.name().instance()))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new CommandFailed(ExitCode.PROBLEM, none(known)));
    }

    private String none(JobDefinition known) {
        String which = fire == null ? "job " + known.name() : "fire " + fire + " of job " + known.name();
        return "no output is kept of " + which + ": it has not run, wrote nothing, or newer runs have replaced it."
                + " `fleetcron history " + known.name() + "` shows its fires";
    }

    /** Files name times to the millisecond. */
    private boolean wanted(Instant of, String by) {
        return (fire == null || fire.truncatedTo(ChronoUnit.MILLIS).equals(of.truncatedTo(ChronoUnit.MILLIS)))
                && (instance == null || instance.equals(by));
    }

    private boolean isAlive(FleetConfig loaded, Target target) throws IOException {
        return new HostFiles(loaded)
                .runs().stream()
                        .anyMatch(other -> other.alive()
                                && other.job().equals(job)
                                && other.instance().equals(target.instance)
                                && other.token() == target.token);
    }

    private PrintStream stream() {
        PrintStream known = stream;
        if (known == null) {
            known = raw.of(program());
            stream = known;
        }
        return known;
    }
}
