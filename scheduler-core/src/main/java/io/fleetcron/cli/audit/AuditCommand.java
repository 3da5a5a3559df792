package io.fleetcron.cli.audit;

import io.fleetcron.audit.AuditReport;
import io.fleetcron.audit.crond.CrondComparison;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.StartWindow;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Glob;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code fleetcron audit}. */
@Command(
        name = "audit",
        description =
                "Recomputes every fire that was due, from the definitions in force at its time, and compares it with history:"
                        + " whether it was started exactly once, or what happened instead. Fires that were skipped, missed or lost"
                        + " are accounted for if history says so.%n"
                        + "With --against crond-log: reads what crond says that it has started, and names what only crond or only"
                        + " fleetcron has started; with --shadow, would have started. Lines and jobs are matched by command, user,"
                        + " minute and host.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every due fire is accounted for; with --against, both started the same",
            "1:a fire was started twice, or is not accounted for, or two runs of a job overlapped; with --against, one of them"
                    + " started what the other did not",
            "2:it cannot be said: a log or the shared directory cannot be read, or what is needed of that time is not on record;"
                    + " or the command line or the configuration cannot be used"
        })
public final class AuditCommand extends ReadCommand {

    private static final Duration USUAL = Duration.ofDays(1);

    /** How long after its scheduled time what a healthy fleet has claimed is in history. */
    private static final Duration RECORDED = Duration.ofMinutes(2);

    /** How long after the last moment for its start a fire may stay open: hosts look again every 30 s at least. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(
            arity = "0..*",
            paramLabel = "JOB",
            description = "Only these jobs, by names and globs with * and ?; also ones that are not configured now.")
    private List<String> jobs = List.of();

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Fires scheduled then or later (default: 24 hours ago).")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Fires scheduled before that (default: now).")
    private @Nullable Instant until;

    @Option(
            names = "--against",
            paramLabel = "crond-log",
            converter = AgainstConverter.class,
            description =
                    "Compare with what crond has started, by the log on standard input, which is this host's: as `journalctl -t"
                            + " CRON -t CROND -o short-iso` or -o json prints it, or a file of syslog.")
    private @Nullable String against;

    @Option(
            names = "--host",
            paramLabel = "NAME=FILE",
            description = "With --against: the log of this host, a file or -; once for each host.")
    private List<String> hosts = List.of();

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            converter = Times.ZoneConverter.class,
            description = "With --against: of stamps without an offset (default: this host's).")
    private @Nullable ZoneId zone;

    @Override
    public Integer call() throws CommandFailed {
        if (against == null && (!hosts.isEmpty() || zone != null)) {
            throw wrong("--host and --timezone go with --against only");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw wrong("--since must be before --until");
        }
        FleetConfig loaded = config.read(err());
        if (against != null) {
            return compare(loaded);
        }
        AuditReport report = report(loaded);
        for (String job : jobs) {
            if (report.jobs().keySet().stream().noneMatch(name -> Glob.matches(job, name))) {
                throw new CommandFailed(ExitCode.USAGE, "no job " + job + " was defined or run in that time");
            }
        }
        if (json()) {
            Printer.line(out(), AuditJson.of(report));
        } else {
            config.notes().forEach(out()::println);
            AuditText.print(report, out());
        }
        out().flush();
        return report.isWrong() ? ExitCode.PROBLEM : report.isUnknown() ? ExitCode.USAGE : ExitCode.OK;
    }

    private int compare(FleetConfig loaded) throws CommandFailed {
        CrondLogs logs = new CrondLogs(hosts, ThisHost.name());
        Instant now = time().instant();
        // What comes due now, crond has started and an agent has perhaps not yet put on record.
        Instant to = until == null ? now.minus(RECORDED).truncatedTo(ChronoUnit.MINUTES) : until;
        Instant from = since == null ? to.minus(USUAL) : since;
        List<JobDefinition> compared = loaded.jobs().values().stream()
                .filter(job -> isWanted(job.name()))
                .toList();
        CrondComparison comparison;
        try {
            Map<String, String> hostOf = new HashMap<>();
            shared.reader(loaded)
                    .view()
                    .instances()
                    .forEach(seen ->
                            hostOf.put(seen.member().instance(), seen.member().host()));
            List<HistoryLine> history = shared.reader(loaded)
                    .history(
                            Optional.of(from),
                            local(loaded),
                            line -> isWanted(line.job())
                                    && line.settlement().fire().isBefore(to));
            comparison = new CrondComparison(
                    compared, history, instance -> hostOf.getOrDefault(instance, instance), from, to);
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.USAGE, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
        CrondLogs.Read read = logs.into(comparison, zone == null ? ZoneId.systemDefault() : zone, now);
        CrondText text = new CrondText(comparison.report(read.covered(), jobs.isEmpty()), read, from, to);
        if (json()) {
            Printer.line(out(), text.json());
        } else {
            config.notes().forEach(out()::println);
            text.print(out());
        }
        out().flush();
        return !text.report().isSame() ? ExitCode.PROBLEM : text.isKnown() ? ExitCode.OK : ExitCode.USAGE;
    }

    private boolean isWanted(String name) {
        return jobs.isEmpty() || jobs.stream().anyMatch(job -> Glob.matches(job, name));
    }

    private AuditReport report(FleetConfig loaded) throws CommandFailed {
        try {
            return shared.reader(loaded)
                    .audit(
                            now -> since == null ? (until == null ? now : until).minus(USUAL) : since,
                            Optional.ofNullable(until),
                            this::isWanted,
                            job -> StartWindow.of(loaded, job).plus(SLACK),
                            local(loaded));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.USAGE, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
    }

    static List<HistoryLine> local(FleetConfig loaded) {
        try {
            return new HostFiles(loaded).lines();
        } catch (IOException e) {
            return List.of(); // another user's directory; what it holds is in history a second later
        }
    }

    /** Takes the one thing that there is to compare with. */
    static final class AgainstConverter implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.equals("crond-log")) {
                throw new TypeConversionException("`" + value + "` is not something to compare with; it is crond-log");
            }
            return value;
        }
    }
}
