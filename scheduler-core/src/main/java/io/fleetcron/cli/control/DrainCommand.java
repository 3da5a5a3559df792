package io.fleetcron.cli.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Drain;
import io.fleetcron.control.Span;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.steer.Changes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron drain}. */
@Command(
        name = "drain",
        description =
                "Lets a host claim nothing more of the fleet's jobs, which the others run instead; its runs go on, and so"
                        + " do jobs that run on every host. It stays so when its agent is restarted.%n"
                        + "Returns when it is in force, after 10 s at most, and says what still runs there. If all hosts are drained,"
                        + " fires are missed: `fleetcron pause '*'` is for that.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:in force",
            "1:not in force, or not known: the message says why",
            "2:the command line or the configuration cannot be used, or no such host is known",
            "75:on record, but not in force on every host: the message says where"
        })
public final class DrainCommand extends ControlCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "HOST",
            description = "A host's name, or an instance's id (default: this host's instance).")
    private @Nullable String host;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Until then, such as 2026-11-23T08:00:00Z (default: until `fleetcron undrain`).")
    private @Nullable Instant until;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for status and history.")
    private String reason = "";

    @Override
    public Integer call() throws CommandFailed {
        String why = reason.isEmpty() ? "" : checked(reason);
        if (until != null && !until.isAfter(time().instant())) {
            throw wrong(until + " has passed already");
        }
        FleetConfig loaded = config().load(err());
        List<String> instances = instances(loaded, Optional.ofNullable(host));
        Result result = change(
                loaded,
                (table, now) -> Changes.begin(
                        table,
                        instances.stream()
                                .map(id -> new Drain(
                                        id, new Span(asked(now, why), Optional.ofNullable(until), Optional.empty())))
                                .toList(),
                        now),
                false);
        instances.forEach(id -> show(id, result));
        return reported(result);
    }

    private void show(String id, Result result) {
        Control drain = result.changed().table().holding(result.changed().at()).stream()
                .filter(control -> control instanceof Drain && control.target().equals(id))
                .findFirst()
                .orElseThrow();
        List<SeenRun> running = runsOf(result, id);
        if (json()) {
            JsonObject json = withAudience(ControlJson.of(drain), result);
            JsonArray runs = new JsonArray();
            running.forEach(run -> runs.add(ControlJson.of(run)));
            json.add("running", runs);
            Printer.line(out(), json);
            return;
        }
        out().println("drained: " + id
                + drain.span().end().map(end -> " until " + end).orElse(" until `fleetcron undrain`"));
        running.forEach(run -> out().println("  " + words(run) + " and goes on"));
    }

    private static List<SeenRun> runsOf(Result result, String id) {
        return running(result, job -> true).stream()
                .filter(run -> run.run().instance().equals(id))
                .toList();
    }
}
