package io.fleetcron.cli;

import com.google.gson.JsonObject;
import io.fleetcron.byhand.LedgerRepair;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.host.StartException;
import io.fleetcron.host.SystemTime;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Repair;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.Upcoming;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron settle}. */
@Command(
        name = "settle",
        description =
                "Records that every fire of a job up to a time is settled, so that the job starts again with its first"
                        + " fire after that time.%n"
                        + "For a job that does not start because its ledger cannot be trusted (its lock file was lost or restored"
                        + " from an older copy) or is ahead of the fleet's time."
                        + " Refused where a fire that has run would run again. Requests for runs that are open then are not carried"
                        + " out under a new ledger, since they may have been under the old one: ask again.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or the shared directory does not answer: the message says why",
            "2:the command line or the configuration cannot be used"
        })
final class SettleCommand extends ReadCommand {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job = "";

    @Option(
            names = "--to",
            paramLabel = "TIME",
            required = true,
            converter = ToConverter.class,
            description = "Up to when: an instant such as 2026-11-23T08:00:00Z, or now.")
    private Instant to = NOW;

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "Do it as this instance.")
    private @Nullable String instance;

    /** Stands for the fleet's time when the record is written. */
    private static final Instant NOW = Instant.MAX;

    /** An instant, or {@code now}. */
    static final class ToConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return text.equals("now") ? NOW : new Times.InstantConverter().convert(text);
        }
    }

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig loaded = config.loadTrusted(err()::println);
        JobDefinition definition = config.job(loaded, job);
        try {
            LedgerRepair repair =
                    LedgerRepair.prepare(loaded, definition, Optional.ofNullable(instance), new SystemTime());
            try {
                return reported(definition, settle(repair, loaded));
            } finally {
                repair.close();
            }
        } catch (StartException e) {
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(
                    ExitCode.PROBLEM,
                    "shared_dir " + loaded.sharedDir() + ": " + e.getMessage() + ". Nothing is settled");
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.PROBLEM, "storage failed: " + e.getMessage());
        }
    }

    private Repair.Result settle(LedgerRepair repair, FleetConfig loaded)
            throws SharedDirectoryUnavailable, IOException {
        List<Settlement> runs = shared
                .reader(loaded)
                .history(
                        Optional.empty(),
                        new HostFiles(loaded).lines(),
                        line -> line.job().equals(job))
                .stream()
                .map(HistoryLine::settlement)
                .filter(settlement -> settlement.outcome().ran())
                .toList();
        Optional<Instant> newest = runs.stream()
                .filter(run -> run.trigger() == RunOrigin.SCHEDULE)
                .map(Settlement::through)
                .max(Instant::compareTo);
        long token = runs.stream().mapToLong(Settlement::token).max().orElse(0);
        return repair.settle(to.equals(NOW) ? repair.now() : to, newest, token);
    }

    private int reported(JobDefinition definition, Repair.Result result) {
        if (result instanceof Repair.Settled settled) {
            LedgerRecord record = settled.record();
            Optional<Instant> next = Upcoming.next(definition, record.settled());
            if (json()) {
                JsonObject line = new JsonObject();
                line.addProperty("job", job);
                line.addProperty("settled", record.settled().toString());
                line.addProperty("token", record.token());
                Printer.text(line, "next", next);
                Printer.line(out(), line);
            } else {
                out().println("job " + job + ": every fire up to " + record.settled() + " is settled; the next one is "
                        + next.map(Instant::toString).orElse(Upcoming.none(definition, "none")));
            }
            return ExitCode.OK;
        }
        if (result instanceof Repair.Refused refused) {
            say("not settled: " + refused.reason());
        }
        return ExitCode.PROBLEM;
    }
}
