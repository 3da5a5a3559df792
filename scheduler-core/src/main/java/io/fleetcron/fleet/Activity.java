package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import io.fleetcron.json.StrictJson;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an instance did recently. The others read it in the member table, once for all jobs, instead of looking at each
 * job's lock. It may be some seconds old, and nothing that must be safe depends on it. Immutable.
 *
 * @param running the tokens of its runs in progress, by job
 * @param settled the newest scheduled times up to which it saw jobs settled, by job
 */
public record Activity(Map<String, Long> running, Map<String, Instant> settled) {

    public Activity {
        running = Map.copyOf(running);
        settled = Map.copyOf(settled);
    }

    /** About half of it. */
    Activity fewer() {
        return new Activity(half(running), half(settled));
    }

    /** Without what is said to be settled later. */
    Activity until(Instant now) {
        if (settled.values().stream().noneMatch(fire -> fire.isAfter(now))) {
            return this;
        }
        return new Activity(
                running,
                settled.entrySet().stream()
                        .filter(fire -> !fire.getValue().isAfter(now))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static <V> Map<String, V> half(Map<String, V> all) {
        return all.entrySet().stream()
                .limit(all.size() / 2)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        JsonObject runs = new JsonObject();
        running.forEach(runs::addProperty);
        json.add("running", runs);
        JsonObject fires = new JsonObject();
        settled.forEach((job, fire) -> fires.addProperty(job, fire.toEpochMilli()));
        json.add("settled", fires);
        return json;
    }

    static Activity of(StrictJson json) {
        return new Activity(json.tokensByJob("running"), json.timesByJob("settled"));
    }
}
