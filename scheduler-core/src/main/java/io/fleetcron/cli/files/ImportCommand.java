package io.fleetcron.cli.files;

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
import io.fleetcron.config.crontab.Ownerless;
import io.fleetcron.config.crontab.SystemFacts;
import io.fleetcron.config.crontab.UserColumn;
import io.fleetcron.config.crontab.Whose;
import io.fleetcron.config.crontab.jobs.CrontabImport;
import io.fleetcron.config.crontab.jobs.ImportResult;
import io.fleetcron.config.crontab.jobs.SourceHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
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
            names = "--host",
            paramLabel = "NAME=SOURCE",
            description =
                    "The crontabs of a host: a folder that was collected from it (see IMPORT.md), a file, or -. For each"
                            + " host once; equal lines of several hosts become one job.")
    private List<String> hosts = List.of();

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
        check();
        List<ImportedHost> found = hosts.isEmpty() ? List.of(thisHost()) : named();
        refuseWhatNobodyOwns(found);
        ImportResult imported = imported(found);
        if (json()) {
            new ImportReport(out()).print(imported, found.size());
        } else {
            print(imported.yaml());
        }
        out().flush();
        return report(imported, found);
    }

    private static ImportResult imported(List<ImportedHost> found) {
        ImportedHost first = found.get(0);
        return first.name().isEmpty()
                ? CrontabImport.of(first.sources().tables(), first.sources().folders(), first.host())
                : CrontabImport.of(found.stream().map(ImportedHost::crontabs).toList());
    }

    private int report(ImportResult imported, List<ImportedHost> found) {
        List<String> problems = problems(found);
        problems.forEach(this::say);
        imported.dropped()
                .forEach(file -> say(file.place() + ": no job, as crond ignored this file"
                        + (file.entries() == 0 ? "" : " with its " + counted(file.entries(), "line")) + ": "
                        + file.why().reason()));
        RefusedLines.of(imported.refused()).forEach(this::say);
        say(summary(imported, hosts.size()));
        boolean all = imported.refused().isEmpty() && imported.dropped().isEmpty() && problems.isEmpty();
        return all ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private static List<String> problems(List<ImportedHost> found) {
        return found.stream()
                .flatMap(host -> host.sources().problems().stream().map(host::about))
                .toList();
    }

    private static String summary(ImportResult imported, int hosts) {
        int dropped = imported.dropped().size();
        return "imported " + counted(imported.jobs().size(), "job")
                + (hosts == 0 ? "" : " of " + counted(imported.lines(), "line") + " of " + counted(hosts, "host"))
                + "; " + counted(imported.decisions(), "decision") + " open; refused "
                + counted(imported.refused().size(), "line") + "; "
                + (dropped == 0 ? "" : counted(dropped, "file") + " that crond ignored; ")
                + counted(imported.leftOut().size(), "line") + " without a job of its own";
    }

    private void refuseWhatNobodyOwns(List<ImportedHost> found) throws CommandFailed {
        List<String> ownerless = found.stream()
                .flatMap(host -> host.sources().ownerless().stream().map(file -> host.about(whose(file))))
                .toList();
        if (!ownerless.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, ownerless);
        }
        // A host without its lines would change where those of the others stood.
        List<ImportedHost> empty =
                found.stream().filter(host -> host.sources().tables().isEmpty()).toList();
        if (!empty.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, problems(empty));
        }
        List<String> questions = found.stream()
                .flatMap(host -> host.sources().tables().stream()
                        .flatMap(table -> questions(table, host.host().accounts()))
                        .map(host::about))
                .toList();
        if (!questions.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, questions);
        }
    }

    /** What must be known first: a guess could give a command a user that it never had, or life that it never had. */
    private Stream<String> questions(CronTable table, Accounts accounts) {
        Optional<String> doubt = table.doubtful(accounts)
                .map(why -> table.name() + (why.line() == 0 ? "" : ":" + why.line()) + ": " + why.reason()
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

    private void check() throws CommandFailed {
        if (!hosts.isEmpty() && (system || !files.isEmpty())) {
            throw wrong("--host names what is to be imported; it goes without FILE and --system");
        }
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
        if (hosts.isEmpty() && !system && files.isEmpty() && user == null) {
            throw wrong("what is to be imported? Name files, --system, --user NAME or --host NAME=DIR");
        }
    }

    private ImportedHost thisHost() {
        CronFiles found = new CronFiles(ROOT, Optional.ofNullable(crond));
        if (!files.isEmpty()) {
            return new ImportedHost("", found.files(files, whose(), System.in), host("", ROOT, Accounts.UNKNOWN));
        }
        CrontabSources sources = user == null ? found.system() : found.ofUser(user);
        return new ImportedHost("", sources, host("", ROOT, Accounts.of(ROOT, sources.tables())));
    }

    /** Nothing is read before all is checked: standard input may be a person who waits for an answer. */
    private List<ImportedHost> named() throws CommandFailed {
        HostSources sources = new HostSources();
        for (String host : hosts) {
            Optional<String> why = sources.add(host);
            if (why.isPresent()) {
                throw wrong("--host " + host + ": " + why.get());
            }
        }
        List<ImportedHost> found = new ArrayList<>();
        sources.byName().forEach((name, source) -> found.add(named(name, source)));
        return found;
    }

    private ImportedHost named(String name, String source) {
        Optional<Crond> said = Optional.ofNullable(crond);
        if (source.equals("-") || !Files.isDirectory(Path.of(source))) {
            CrontabSources found = new CronFiles(ROOT, said).files(List.of(source), whose(), System.in);
            return new ImportedHost(name, found, host(name, ROOT, Accounts.UNKNOWN));
        }
        Path folder = Path.of(source);
        return new ImportedHost(
                name, new CronFiles(folder, said).collected(), host(name, folder, Accounts.collected(folder)));
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

    private SourceHost host(String name, Path root, Accounts accounts) {
        Optional<ZoneId> known = Optional.ofNullable(zone).or(() -> SystemFacts.timezone(root));
        if (known.isEmpty()) {
            say(
                    (name.isEmpty() ? "this host" : name)
                            + " does not say its time zone in /etc/localtime: times are taken as UTC; --timezone names another");
        }
        return new SourceHost(known.orElse(ZoneId.of("UTC")), System.getProperty("user.name", "root"), accounts);
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
}
