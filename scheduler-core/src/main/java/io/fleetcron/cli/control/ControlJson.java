package io.fleetcron.cli.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlLine;
import io.fleetcron.fleet.Asked;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.observe.SeenRun;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** What people ask of the fleet, as JSON. */
public final class ControlJson {

    private ControlJson() {}

    public static JsonObject of(Control control) {
        return of(
                control.word(),
                control.target(),
                control.span().asked(),
                control.span().end());
    }

    public static JsonObject of(ControlLine line) {
        return of(line.what(), line.target(), line.asked(), line.until());
    }

    public static JsonObject of(SeenRun run) {
        JsonObject json = new JsonObject();
        json.addProperty("job", run.run().job());
        json.addProperty("fire", run.run().time().toString());
        json.addProperty("token", run.run().token());
        json.addProperty("instance", run.run().instance());
        json.addProperty("host", run.host());
        json.addProperty("started", run.started().toString());
        return json;
    }

    /** Who asked for a run by hand, and with which variables. */
    public static JsonObject of(ManualRequest request) {
        JsonObject json = new JsonObject();
        json.addProperty("by", request.asked().by());
        json.addProperty("at", request.asked().at().toString());
        json.addProperty("reason", request.asked().reason());
        json.add("env", names(request.variables()));
        Printer.text(json, "id", request.id());
        return json;
    }

    static JsonArray names(Collection<String> names) {
        JsonArray array = new JsonArray();
        names.forEach(array::add);
        return array;
    }

    private static JsonObject of(String what, String target, Asked asked, Optional<Instant> until) {
        JsonObject json = new JsonObject();
        json.addProperty("control", what);
        json.addProperty("for", target);
        json.addProperty("by", asked.by());
        json.addProperty("at", asked.at().toString());
        Printer.text(json, "until", until);
        json.addProperty("reason", asked.reason());
        return json;
    }
}
