package io.fleetcron.cli.control;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Drain;
import io.fleetcron.control.ControlTable;
import io.fleetcron.steer.Changes;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron undrain}. */
@Command(
        name = "undrain",
        description = "Lets a host claim fires again that `fleetcron drain` kept from it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:in force; also where nothing was drained",
            "1:not in force, or not known: the message says why",
            "2:the command line or the configuration cannot be used, or no such host is known",
            "75:on record, but not in force on every host: the message says where"
        })
public final class UndrainCommand extends ControlCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "HOST",
            description = "A host's name, or an instance's id (default: this host's instance).")
    private @Nullable String host;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for history.")
    private String reason = "";

    private List<Control> ended = List.of();

    @Override
    public Integer call() throws CommandFailed {
        String why = reason.isEmpty() ? "" : checked(reason);
        FleetConfig loaded = config().load(err());
        List<String> instances = instances(loaded, Optional.ofNullable(host));
        Result result = change(loaded, (table, now) -> undrained(table, now, instances, why), false);
        for (String id : instances) {
            boolean was = ended.stream().anyMatch(control -> control.target().equals(id));
            if (json()) {
                JsonObject json = new JsonObject();
                json.addProperty("control", "undrain");
                json.addProperty("for", id);
                json.addProperty("was_drained", was);
                Printer.line(out(), withAudience(json, result));
            } else {
                out().println((was ? "undrained: " : "was not drained: ") + id);
            }
        }
        return reported(result);
    }

    private Wanted undrained(ControlTable table, Instant now, List<String> instances, String why) {
        ended = table.holding(now).stream()
                .filter(control -> isMeant(control, instances))
                .toList();
        return Changes.end(table, control -> isMeant(control, instances), "undrain", asked(now, why));
    }

    private static boolean isMeant(Control control, List<String> instances) {
        return control instanceof Drain && instances.contains(control.target());
    }
}
