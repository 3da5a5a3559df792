package io.fleetcron.cli.files;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.crontab.CronFiles;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.Crond;
import io.fleetcron.config.crontab.CrontabSources;
import io.fleetcron.config.crontab.Origin;
import io.fleetcron.config.crontab.Ownerless;
import io.fleetcron.config.crontab.SystemFacts;
import io.fleetcron.config.crontab.UserColumn;
import io.fleetcron.config.crontab.Whose;
import io.fleetcron.config.crontab.jobs.CrontabImport;
import io.fleetcron.config.crontab.jobs.ImportResult;
import io.fleetcron.config.crontab.jobs.ImportedItem;
import io.fleetcron.config.crontab.jobs.ImportedItem.Dropped;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import io.fleetcron.config.crontab.jobs.SourceHost;
import io.fleetcron.config.yaml.Durations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code fleetcron import}. The job file is its data: it goes to standard output. */
@Command(
        name = "import",
        description =
                "Reads crontabs, /etc/cron.d, run-parts folders and anacrontabs and prints a job file with the same jobs,"
                        + " for you to look through: lines with \"decide:\" hold a guess.%n"
                        + "Lines that cannot become jobs are kept as comments.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every line became a job, or needs none",
            "1:some line or file could not be taken; the messages name them",
            "2:the command line cannot be used, or nothing could be read"
        })
public final class ImportCommand extends ReadCommand {

    private static final Path ROOT = Path.of("/");

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description =
                    "Crontabs, /etc/cron.d, run-parts folders like /etc/cron.daily, or - for standard input, as in"
                            + " `crontab -l -u bob | fleetcron import --user bob -`.")
    private List<String> files = List.of();

    @Option(names = "--system", description = "All that this host's crond and anacron run, of all users.")
    private boolean system;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "The user whose crontab it is; without FILE, that user's crontab on this host.")
    private @Nullable String user;

    @Option(
            names = {"--user-column", "--system-format"},
            description = "Each line of the files names its user before the command, as in /etc/crontab.")
    private boolean userColumn;

    @Option(
            names = "--crond",
            paramLabel = "debian|cronie",
            converter = CrondConverter.class,
            description =
                    "Which program read the crontabs (default: found out, of this host's own files). For one bad line"
                            + " Debian's cron ignores the whole file, cronie the line.")
    private @Nullable Crond crond;

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            converter = Times.ZoneConverter.class,
            description = "In which crond read the times (default: this host's).")
    private @Nullable ZoneId zone;

    @Override
    public Integer call() throws CommandFailed {
        CrontabSources found = find();
        if (!found.ownerless().isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    found.ownerless().stream().map(ImportCommand::whose).toList());
        }
        if (found.tables().isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, found.problems());
        }
        SourceHost host = host();
        List<String> questions = found.tables().stream()
                .flatMap(table -> questions(table, host.accounts()))
                .toList();
        if (!questions.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, questions);
        }
        ImportResult imported = CrontabImport.of(found.tables(), found.folders(), host);
        if (json()) {
            imported.items().forEach(this::report);
        } else {
            print(imported.yaml());
        }
        out().flush();
        found.problems().forEach(this::say);
        imported.dropped()
                .forEach(file -> say(file.place() + ": no job, as crond ignored this file with its "
                        + counted(file.entries(), "line") + ": " + file.why().reason()));
        imported.refused().forEach(line -> say(line.origin() + ": refused: " + line.reason()));
        say(summary(imported));
        boolean all = imported.refused().isEmpty()
                && imported.dropped().isEmpty()
                && found.problems().isEmpty();
        return all ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private static String summary(ImportResult imported) {
        int dropped = imported.dropped().size();
        return "imported " + counted(imported.jobs().size(), "job") + "; refused "
                + counted(imported.refused().size(), "line") + "; "
                + (dropped == 0 ? "" : counted(dropped, "file") + " that crond ignored; ")
                + counted(imported.leftOut().size(), "line") + " without a job of its own";
    }

    /** What must be known first: a guess could give a command a user that it never had, or life that it never had. */
    private Stream<String> questions(CronTable table, Accounts accounts) {
        Optional<String> doubt = table.doubtful(accounts)
                .map(why -> table.name() + ":" + why.line() + ": " + why.reason()
                        + ": for this, Debian's cron ignores the whole file, and cronie at most the line; add --crond debian or"
                        + " --crond cronie, whichever read it");
        Optional<String> column = user == null || table.kind() != Kind.USER
                ? Optional.empty()
                : UserColumn.in(table.lines())
                        .map(users -> table.name() + ": before each command stands what seems to be a user (" + users
                                + "), which would become the program to run; if it is a system crontab, say"
                                + " --user-column in place of --user");
        return Stream.of(doubt, column).flatMap(Optional::stream);
    }

    private CrontabSources find() throws CommandFailed {
        if (system && (!files.isEmpty() || user != null || userColumn)) {
            throw wrong("--system takes everything; it goes without FILE, --user and --user-column");
        }
        if (userColumn && user != null) {
            throw wrong("--user-column says that the files name their users; it goes without --user");
        }
        Optional<String> bad = Optional.ofNullable(user).flatMap(NameRules::account);
        if (bad.isPresent()) {
            throw wrong("`" + user + "` cannot be a user: " + bad.get());
        }
        CronFiles files = new CronFiles(ROOT, Optional.ofNullable(crond));
        if (system) {
            return files.system();
        }
        if (!this.files.isEmpty()) {
            return files.files(this.files, whose(), System.in);
        }
        if (user == null) {
            throw wrong("what is to be imported? Name files, --system or --user NAME");
        }
        return files.ofUser(user);
    }

    /** To a file it goes as it stands. */
    private void print(String yaml) {
        if (program().isTerminal()) {
            out().print(yaml);
        } else {
            byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
            program().out().write(bytes, 0, bytes.length);
        }
    }

    private Whose whose() {
        if (userColumn) {
            return Whose.USER_COLUMN;
        }
        return user == null ? Whose.UNSAID : Whose.of(user);
    }

    private static String whose(Ownerless file) {
        String start =
                file.file() + ": nothing says whose crontab this is; add --user NAME, or --user-column if each line"
                        + " names its user as in /etc/crontab";
        return start
                + file.users().map(users -> " (it seems so: " + users + ")").orElse("");
    }

    private SourceHost host() throws CommandFailed {
        Optional<ZoneId> known = Optional.ofNullable(zone).or(() -> SystemFacts.timezone(ROOT));
        if (known.isEmpty()) {
            say(
                    "this host does not say its time zone in /etc/localtime: times are taken as UTC; --timezone names another");
        }
        return new SourceHost(known.orElse(ZoneId.of("UTC")), System.getProperty("user.name", "root"), accounts());
    }

    /** A file or standard input may come from a host with other users. */
    private Accounts accounts() {
        return files.isEmpty() ? Accounts.of(ROOT) : Accounts.UNKNOWN;
    }

    private void report(ImportedItem item) {
        if (item instanceof Job job) {
            JsonObject json = line("job", job.origin());
            json.addProperty("job", job.name());
            json.addProperty("schedule", job.schedule());
            json.addProperty("timezone", job.timezone());
            Printer.text(json, "splay", job.splay().map(Durations::format));
            Printer.text(json, "user", job.task().user());
            json.addProperty("run_on", job.placement().runOn().name().toLowerCase(Locale.ROOT));
            json.addProperty("run_on_reason", job.placement().reason());
            Printer.text(json, "overlap", job.overlap());
            json.addProperty("notes", String.join("; ", job.notes()));
            Printer.line(out(), json);
        } else if (item instanceof Refused refused) {
            reason("refused", refused.origin(), refused.reason());
        } else if (item instanceof Dropped dropped) {
            JsonObject json = new JsonObject();
            json.addProperty("result", "ignored file");
            json.addProperty("file", dropped.table().name());
            json.addProperty("line", dropped.why().line());
            json.addProperty("lines", dropped.entries());
            json.addProperty("reason", dropped.why().reason());
            Printer.line(out(), json);
        } else if (item instanceof LeftOut left) {
            reason("no job", left.origin(), left.reason());
        }
    }

    private void reason(String result, Origin origin, String reason) {
        JsonObject json = line(result, origin);
        json.addProperty("reason", reason);
        Printer.line(out(), json);
    }

    /** The names that the option takes. */
    static final class CrondConverter implements ITypeConverter<Crond> {
        @Override
        public Crond convert(String value) {
            return switch (value) {
                case "debian" -> Crond.DEBIAN;
                case "cronie" -> Crond.CRONIE;
                default -> throw new TypeConversionException("`" + value + "` is neither debian nor cronie");
            };
        }
    }

    private static JsonObject line(String result, Origin origin) {
        JsonObject json = new JsonObject();
        json.addProperty("result", result);
        json.addProperty("file", origin.file());
        json.addProperty("line", origin.line());
        json.addProperty("text", origin.text());
        return json;
    }
}
