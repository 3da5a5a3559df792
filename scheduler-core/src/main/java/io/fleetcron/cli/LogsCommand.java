package io.fleetcron.cli;

import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.RawOption;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.host.SystemTime;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.RunFinder;
import io.fleetcron.observe.RunFollower;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.ShownRun;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        ShownRun run = new RunFinder(loaded, shared.deadline(), known)
                .find(this::wanted)
                .orElseThrow(() -> new CommandFailed(ExitCode.PROBLEM, none(known)));
        say("fire " + run.id().time() + ", token " + run.id().token() + ", instance "
                + run.id().instance()
                + run.host().map(host -> ", on host " + host).orElse("")
                + run.started()
                        .map(since -> (run.host().isPresent() ? " since " : ", since ") + since)
                        .orElse(""));
        RunFollower follower = new RunFollower(
                loaded,
                shared.deadline(),
                new SystemTime()::bootNanos,
                time -> Thread.sleep(time.toMillis()),
                known,
                run);
        RunFollower.Seen seen = follower.show(sink(), follow);
        if (seen.goesOn()) {
            say(
                    seen.anything()
                            ? "the run goes on; --follow shows what comes"
                            : "the run goes on and has written nothing yet");
        } else if (seen.wentOn()) {
            say("the run is over: " + follower.end().map(LogsCommand::how).orElse("its end is not recorded yet")
                    + (seen.anything() ? "" : "; it wrote nothing"));
        }
        return ExitCode.OK;
    }

    private static String how(Settlement end) {
        return end.outcome().word()
                + (end.exit().isPresent() ? ", exit status " + end.exit().getAsInt() : "")
                + ", at " + end.ended();
    }

    private RunFollower.Sink sink() {
        PrintStream stream = raw.of(program());
        return new RunFollower.Sink() {
            @Override
            public boolean isOpen() {
                return !stream.checkError();
            }

            @Override
            public void write(byte[] piece) {
                stream.write(piece, 0, piece.length);
                stream.flush();
            }
        };
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
}
