package io.fleetcron.cli;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Moments;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.control.ControlJson;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.UtcOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.control.ControlLine;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunUsage;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.FleetReader;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code fleetcron history}. */
@Command(
        name = "history",
        description =
                "Shows how fires ended, on all hosts, by scheduled time, and what their runs used of processor time and"
                        + " memory; and what people asked of the fleet (pause, resume, skip, …), unless --outcome is given.",
        mixinStandardHelpOptions = true)
final class HistoryCommand extends ReadCommand {

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(arity = "0..1", paramLabel = "JOB", description = "Only this job, also one that is not configured now.")
    private @Nullable String job;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Only fires scheduled then or later, such as 2026-11-23T08:00:00Z or 2026-11-23.")
    private @Nullable Instant since;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            split = ",",
            converter = OutcomeConverter.class,
            description = "Only these: succeeded, failed, timed_out, killed, lost, skipped, missed, shadowed.")
    private Set<Outcome> outcomes = Set.of();

    @Mixin
    private UtcOption utc = new UtcOption();

    @Option(names = "--limit", paramLabel = "N", description = "Only the newest N.")
    private @Nullable Integer limit;

    @Override
    public Integer call() throws CommandFailed {
        if (limit != null && limit < 1) {
            throw wrong("--limit must be at least 1, found " + limit);
        }
        List<Entry> entries = read(config.read(err()));
        Moments moments = utc.moments(program(), time().instant());
        Table table = new Table(
                "FIRE",
                "JOB",
                "OUTCOME",
                "EXIT",
                "INSTANCE",
                "TOKEN",
                "ATTEMPTS",
                "STARTED",
                "ENDED",
                "CPU",
                "MEMORY",
                "REASON");
        for (Entry entry : newest(entries)) {
            if (!json()) {
                entry.row(table, moments);
            } else if (!Printer.line(out(), entry.json())) {
                return ExitCode.OK;
            }
        }
        page(out -> {
            if (!json()) {
                config.notes().forEach(out::println);
            }
            table.print(out);
        });
        return ExitCode.OK;
    }

    /** Reads an outcome by its word. */
    static final class OutcomeConverter implements ITypeConverter<Outcome> {
        @Override
        public Outcome convert(String word) {
            List<String> words = Arrays.stream(Outcome.values())
                    .filter(outcome -> outcome != Outcome.FENCED)
                    .map(Outcome::word)
                    .toList();
            return Outcome.recorded(word)
                    .orElseThrow(() -> new TypeConversionException("`" + word + "` is not an outcome"
                            + Suggestion.of(word, words)
                                    .map(near -> ". Did you mean " + near + "?")
                                    .orElse("; they are " + String.join(", ", words))));
        }
    }

    /** What history shows: how a fire ended, or what somebody asked of the fleet. */
    private sealed interface Entry {
        Instant time();

        void row(Table table, Moments moments);

        JsonObject json();
    }

    private record OfFire(HistoryLine line) implements Entry {
        @Override
        public Instant time() {
            return line.settlement().fire();
        }

        @Override
        public void row(Table table, Moments moments) {
            HistoryCommand.row(table, line, moments);
        }

        @Override
        public JsonObject json() {
            return HistoryCommand.json(line);
        }
    }

    private record OfPerson(ControlLine line) implements Entry {
        @Override
        public Instant time() {
            return line.asked().at();
        }

        @Override
        public void row(Table table, Moments moments) {
            String until = line.until().map(end -> " until " + moments.at(end)).orElse("");
            Asked asked = line.asked();
            table.row(
                    moments.at(asked.at()),
                    line.target(),
                    line.what() + until,
                    "-",
                    asked.by(),
                    "-",
                    "-",
                    "-",
                    "-",
                    "-",
                    "-",
                    asked.reason());
        }

        @Override
        public JsonObject json() {
            return ControlJson.of(line);
        }
    }

    private List<Entry> read(FleetConfig loaded) throws CommandFailed {
        Predicate<HistoryLine> wanted = line -> (job == null || line.job().equals(job))
                && (outcomes.isEmpty() || outcomes.contains(line.settlement().outcome()));
        try {
            FleetReader reader = shared.reader(loaded);
            List<Entry> entries = new ArrayList<>();
            reader.history(Optional.ofNullable(since), local(loaded), wanted).stream()
                    .map(OfFire::new)
                    .forEach(entries::add);
            if (outcomes.isEmpty()) {
                reader.controls(Optional.ofNullable(since), line -> job == null || line.isAbout(job)).stream()
                        .map(OfPerson::new)
                        .forEach(entries::add);
                entries.sort(Comparator.comparing(Entry::time)); // stable: fires of one time stay in their order
            }
            return entries;
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
    }

    private List<HistoryLine> local(FleetConfig loaded) {
        try {
            return new HostFiles(loaded).lines();
        } catch (IOException e) {
            return List.of(); // another user's directory; what it holds stands in history a second later
        }
    }

    private List<Entry> newest(List<Entry> lines) {
        return limit == null ? lines : lines.subList(Math.max(0, lines.size() - limit), lines.size());
    }

    private static void row(Table table, HistoryLine line, Moments moments) {
        Settlement settlement = line.settlement();
        String count = settlement.count() > 1 ? " (" + settlement.count() + " fires)" : "";
        table.row(
                StatusText.style(settlement.outcome()),
                moments.at(settlement.fire()),
                line.job(),
                settlement.outcome().word() + count,
                settlement.exit().isPresent()
                        ? Integer.toString(settlement.exit().getAsInt())
                        : "-",
                settlement.instance(),
                Long.toString(settlement.token()),
                Integer.toString(settlement.attempts()),
                settlement.started().map(moments::at).orElse("-"),
                moments.at(settlement.ended()),
                settlement.usage().map(RunUsage::processorTime).orElse("-"),
                settlement.usage().map(RunUsage::memory).orElse("-"),
                Stream.concat(settlement.reason().stream(), settlement.request().map(ManualRequest::words).stream())
                        .collect(Collectors.joining("; ")));
    }

    private static JsonObject json(HistoryLine line) {
        Settlement settlement = line.settlement();
        JsonObject json = new JsonObject();
        json.addProperty("job", line.job());
        json.addProperty("fire", settlement.fire().toString());
        if (settlement.count() > 1) {
            json.addProperty("through", settlement.through().toString());
            json.addProperty("count", settlement.count());
        }
        json.addProperty("outcome", settlement.outcome().word());
        json.addProperty("trigger", settlement.trigger().word());
        json.addProperty("instance", settlement.instance());
        json.addProperty("settled_by", settlement.settledBy());
        json.addProperty("token", settlement.token());
        json.addProperty("attempts", settlement.attempts());
        Printer.text(json, "started", settlement.started());
        json.addProperty("ended", settlement.ended().toString());
        Printer.number(json, "exit", settlement.exit());
        Optional<RunUsage> usage = settlement.usage();
        Printer.number(json, "user_ms", usage.map(used -> used.user().toMillis()));
        Printer.number(json, "system_ms", usage.map(used -> used.system().toMillis()));
        Printer.number(json, "memory_peak", usage.map(RunUsage::memoryPeak));
        Printer.text(json, "reason", settlement.reason());
        settlement.request().ifPresent(request -> json.add("asked", ControlJson.of(request)));
        return json;
    }
}
