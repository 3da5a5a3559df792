package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import io.fleetcron.json.StrictJson;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an instance cannot run just now, by its own report: the others do not wait for its turn. Immutable.
 *
 * @param host why it can run nothing, if so
 * @param jobs why it cannot run these jobs; perhaps not all of them
 */
public record Unfit(Optional<String> host, Map<String, String> jobs) {

    /** Nothing is wrong. */
    public static final Unfit NONE = new Unfit(Optional.empty(), Map.of());

    public Unfit {
        jobs = Map.copyOf(jobs);
    }

    /** Whether that job is one that it cannot run. */
    public boolean includes(String job) {
        return host.isPresent() || jobs.containsKey(job);
    }

    /** The same with about half of the jobs. */
    Unfit fewer() {
        return new Unfit(
                host,
                jobs.entrySet().stream()
                        .limit(jobs.size() / 2)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        host.ifPresent(why -> json.addProperty("host", why));
        if (!jobs.isEmpty()) {
            JsonObject each = new JsonObject();
            jobs.forEach(each::addProperty);
            json.add("jobs", each);
        }
        return json;
    }

    static Unfit of(StrictJson json) {
        return new Unfit(
                json.has("host") ? Optional.of(json.line("host")) : Optional.empty(),
                json.has("jobs") ? json.linesByJob("jobs") : Map.of());
    }
}
