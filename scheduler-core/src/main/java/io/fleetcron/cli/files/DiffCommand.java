package io.fleetcron.cli.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Moments;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.UtcOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.fleet.DefinitionsInForce;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.observe.DefinitionChange;
import io.fleetcron.observe.DefinitionChange.Kind;
import io.fleetcron.observe.HostDefinitions;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron diff}. */
@Command(
        name = "diff",
        description =
                "Shows what a set of files would change against the definitions that this host's agent goes by: jobs added,"
                        + " removed, rescheduled (with old and new next times) or changed otherwise (with the keys), and which live"
                        + " instances would have other definitions.%nWithout a running agent the set that the last one had counts;"
                        + " if there was none, every job is added.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing would change on this host",
            "1:something would",
            "2:that cannot be said: the files have errors, or what the agent goes by cannot be read"
        })
public final class DiffCommand extends ReadCommand {

    private static final int SHOWN_TIMES = 3;
    private static final int SHOWN_JOBS = 10;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Mixin
    private UtcOption utc = new UtcOption();

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "The agent's id, if it was started with one.")
    private @Nullable String instance;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description =
                    "A draft of the main file, or a folder with one and its job files, to be compared as if it lay in"
                            + " the place of --config (default: what lies there).")
    private @Nullable Path draft;

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig wanted = read();
        Optional<DefinitionsInForce> force = inForce(wanted);
        Instant now = time().instant();
        List<DefinitionChange> changes =
                DefinitionChange.between(force.map(DefinitionsInForce::jobs).orElse(Map.of()), wanted.jobs());
        if (json()) {
            for (DefinitionChange change : changes) {
                Printer.line(out(), json(change, now));
            }
        } else {
            page(table(changes, utc.moments(program(), now))::print);
        }
        hosts(wanted);
        if (changes.isEmpty()) {
            say("no definition would change on this host");
        }
        return changes.isEmpty() ? ExitCode.OK : ExitCode.PROBLEM;
    }

    /** Relative paths in the draft count from where it is to lie. */
    private FleetConfig read() throws CommandFailed {
        Path file = draft == null ? config.file() : Files.isDirectory(draft) ? draft.resolve("fleetcron.yaml") : draft;
        Path folder = config.file().toAbsolutePath().getParent();
        LoadResult result = new ConfigLoader().loadDraft(file, folder == null ? Path.of("/") : folder);
        result.problems().stream().filter(Problem::isError).forEach(err()::println);
        return result.config()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.USAGE, "the files have errors; `fleetcron validate " + file + "` shows them"));
    }

    private Optional<DefinitionsInForce> inForce(FleetConfig wanted) throws CommandFailed {
        String id = ThisHost.instance(wanted, Optional.ofNullable(instance));
        Optional<String> bad = ThisHost.nameProblem(id, ThisHost.name());
        if (bad.isPresent()) {
            throw new CommandFailed(ExitCode.USAGE, bad.get());
        }
        Path file = ThisHost.stateDir(wanted, id).resolve(DefinitionsInForce.FILE);
        try {
            DefinitionsInForce found = DefinitionsInForce.parse(Files.readString(file))
                    .orElseThrow(() -> new CommandFailed(
                            ExitCode.USAGE,
                            file + " is not what an agent writes; `systemctl reload fleetcron` writes it again"));
            if (!isRunning(found)) {
                say("no agent runs here as instance " + id + "; compared with what the last one went by since "
                        + found.since());
            }
            return Optional.of(found);
        } catch (NoSuchFileException e) {
            say("no agent has run here as instance " + id + ": every job is new");
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "what the agent goes by cannot be read (" + e + "); run this command as the agent's user or root");
        }
    }

    private static boolean isRunning(DefinitionsInForce found) {
        return found.agent().boot().equals(ThisHost.boot())
                && ProcessHandle.of(found.agent().pid()).isPresent();
    }

    private static Table table(List<DefinitionChange> changes, Moments moments) {
        Table table = new Table("CHANGE", "JOB", "KEYS", "WAS", "NOW", "NEXT WAS", "NEXT");
        for (DefinitionChange change : changes) {
            boolean rescheduled = change.kind() != Kind.CHANGED;
            table.row(
                    change.kind().name().toLowerCase(Locale.ROOT),
                    change.job(),
                    change.keys().isEmpty() ? "-" : String.join(" ", change.keys()),
                    rescheduled ? was(change) : "-",
                    rescheduled ? now(change) : "-",
                    rescheduled ? first(change.nextWas(moments.now(), 1), moments) : "-",
                    first(change.next(moments.now(), 1), moments));
        }
        return table;
    }

    private static String was(DefinitionChange change) {
        return change.was()
                .map(job -> job.enabled() ? job.schedule() : "disabled")
                .orElse("-");
    }

    private static String now(DefinitionChange change) {
        return change.now()
                .map(job -> job.enabled() ? job.source().schedule() : "disabled")
                .orElse("-");
    }

    private static String first(List<Instant> times, Moments moments) {
        return times.stream().findFirst().map(moments::at).orElse("-");
    }

    private static JsonObject json(DefinitionChange change, Instant now) {
        JsonObject json = new JsonObject();
        json.addProperty("job", change.job());
        json.addProperty("change", change.kind().name().toLowerCase(Locale.ROOT));
        json.add("keys", array(change.keys()));
        Printer.text(json, "schedule_was", change.was().map(DefinitionsInForce.Job::schedule));
        Printer.text(json, "schedule", change.now().map(job -> job.source().schedule()));
        json.add("next_was", array(change.nextWas(now, SHOWN_TIMES)));
        json.add("next", array(change.next(now, SHOWN_TIMES)));
        return json;
    }

    private static JsonArray array(Collection<?> values) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(value.toString()));
        return array;
    }

    private void hosts(FleetConfig wanted) {
        List<HostDefinitions> hosts;
        try {
            hosts = shared.reader(wanted).definitions();
        } catch (SharedDirectoryUnavailable e) {
            say("which instances would have other definitions is not known: shared_dir " + wanted.sharedDir() + ": "
                    + e.getMessage());
            return;
        }
        Map<String, String> hashes = Fingerprints.each(wanted.jobs().values(), time().instant());
        String all = Fingerprints.of(hashes);
        Table table = new Table("INSTANCE", "HOST", "JOBS THAT DIFFER");
        for (HostDefinitions host : hosts) {
            Optional<Set<String>> differing = host.differing(hashes, all);
            if (json()) {
                Printer.line(out(), json(host, differing));
            } else {
                table.row(
                        host.seen().member().instance(),
                        host.seen().member().host(),
                        differing.map(DiffCommand::named).orElse("not known"));
            }
        }
        if (!json() && !table.isEmpty()) {
            out().println();
            table.print(out());
        }
    }

    private static JsonObject json(HostDefinitions host, Optional<Set<String>> differing) {
        JsonObject json = new JsonObject();
        json.addProperty("instance", host.seen().member().instance());
        json.addProperty("host", host.seen().member().host());
        json.add("differs", differing.map(DiffCommand::array).orElse(null));
        return json;
    }

    private static String named(Set<String> jobs) {
        if (jobs.isEmpty()) {
            return "none";
        }
        List<String> shown = new ArrayList<>(jobs.stream().limit(SHOWN_JOBS).toList());
        if (jobs.size() > SHOWN_JOBS) {
            shown.add("and " + (jobs.size() - SHOWN_JOBS) + " more");
        }
        return String.join(" ", shown);
    }
}
