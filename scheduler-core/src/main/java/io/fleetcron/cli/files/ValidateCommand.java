package io.fleetcron.cli.files;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.FilePermissions;
import io.fleetcron.config.load.Validation;
import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.Problem.Severity;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.fleet.ThisProgram;
import io.fleetcron.host.SystemTime;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron validate}. The problems are its data: they go to standard output. */
@Command(
        name = "validate",
        description = "Checks main files, job files and folders of them, and prints every problem on a line of its own:"
                + "%nfile:line:column: error: what was found and what is allowed.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no error; there may be warnings", "1:errors", "2:the command line cannot be used"})
public final class ValidateCommand extends ReadCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Parameters(
            arity = "0..*",
            paramLabel = "PATH",
            description = "Files and folders (default: " + ConfigOption.USUAL + ").")
    private List<Path> paths = List.of();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A file to check, named as to the other commands.")
    private List<Path> configs = List.of();

    @Override
    public Integer call() {
        Validation found = new ConfigLoader().validate(wanted());
        List<Problem> problems = new ArrayList<>(found.problems());
        // A job file alone may be a draft; what a main file names, an agent would refuse.
        Severity severity = found.configs().isEmpty() ? Severity.WARNING : Severity.ERROR;
        problems.addAll(FilePermissions.check(found.files(), severity));
        found.configs().forEach(config -> problems.addAll(directories(config)));
        found.configs().forEach(config -> problems.addAll(missing(config)));
        found.configs().stream().findFirst().flatMap(ValidateCommand::program).ifPresent(problems::add);
        for (Problem problem : problems) {
            if (json()) {
                Printer.line(out(), json(problem));
            } else {
                out().println(problem);
            }
        }
        long errors = problems.stream().filter(Problem::isError).count();
        out().flush();
        if (errors > 0) {
            return ExitCode.PROBLEM;
        }
        say("valid: " + counted(found.files().size(), "file") + ", " + counted(found.jobs(), "job"));
        return ExitCode.OK;
    }

    private static List<Problem> directories(FleetConfig config) {
        List<Problem> problems = new ArrayList<>();
        for (Path directory : List.of(config.sharedDir(), ThisHost.stateRoot(config))) {
            untrusted(directory)
                    .ifPresent(wrong ->
                            problems.add(new Problem(config.file(), 1, 1, Severity.ERROR, directory + ": " + wrong)));
        }
        return problems;
    }

    /** No command that runs jobs starts then. */
    private static Optional<Problem> program(FleetConfig config) {
        return ThisProgram.problem()
                .map(wrong -> new Problem(config.file(), 1, 1, Severity.ERROR, ThisProgram.UNSAFE + wrong));
    }

    private static List<Problem> missing(FleetConfig config) {
        return inTime(() -> new MissingDirectories(ThisHost.name(), Accounts.of(Path.of("/"))).of(config))
                .orElse(List.of());
    }

    private static Optional<Untrusted> untrusted(Path directory) {
        return inTime(() -> TrustedPath.problem(directory)).flatMap(found -> found);
    }

    /** A file server that does not answer is for `doctor` to report: this command checks what is written. */
    private static <T> Optional<T> inTime(Callable<T> question) {
        try {
            return Optional.of(new Deadline(PATIENCE, new SystemTime()::bootNanos).ask(question));
        } catch (SharedDirectoryUnavailable e) {
            return Optional.empty();
        }
    }

    private List<Path> wanted() {
        List<Path> all = Stream.concat(configs.stream(), paths.stream()).toList();
        return all.isEmpty() ? List.of(Path.of(ConfigOption.USUAL)) : all;
    }

    private static JsonObject json(Problem problem) {
        JsonObject json = new JsonObject();
        json.addProperty("file", problem.file().toString());
        json.addProperty("line", problem.line());
        json.addProperty("column", problem.column());
        json.addProperty("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        json.addProperty("message", problem.message());
        return json;
    }
}
