package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import io.fleetcron.config.NameRules;
import io.fleetcron.json.StrictJson;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What jobs may count on at an instance, by its own report. Immutable.
 *
 * @param labels facts about its host, by which jobs are placed; none of a version that does not report them
 * @param unfit which jobs it cannot run just now; nothing that must be safe depends on it
 */
public record Capability(Map<String, String> labels, Unfit unfit) {

    /** No label, and nothing is wrong. */
    public static final Capability PLAIN = new Capability(Map.of(), Unfit.NONE);

    public Capability {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** The same with about half of the jobs that it cannot run. */
    Capability fewer() {
        return new Capability(labels, unfit.fewer());
    }

    /** The same of an instance that claims nothing, for a reason. */
    public Capability drained(String why) {
        return new Capability(labels, new Unfit(Optional.of(why), Map.of()));
    }

    void writeTo(JsonObject json) {
        if (!labels.isEmpty()) {
            JsonObject each = new JsonObject();
            labels.forEach(each::addProperty);
            json.add("labels", each);
        }
        if (!unfit.equals(Unfit.NONE)) {
            json.add("unfit", unfit.toJson());
        }
    }

    static Capability of(StrictJson json) {
        return new Capability(
                json.has("labels") ? json.namesWithWords("labels", NameRules::host, NameRules::label) : Map.of(),
                json.has("unfit") ? Unfit.of(json.object("unfit")) : Unfit.NONE);
    }
}
