package io.fleetcron.ledger;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The record's fields as JSON. Times are ISO-8601 in UTC. */
final class RecordJson {

    private RecordJson() {}

    static JsonObject toJson(LedgerRecord record, int version) {
        JsonObject json = new JsonObject();
        json.addProperty("v", version);
        json.addProperty("seq", record.sequence());
        json.addProperty("job", record.job());
        json.addProperty("token", record.token());
        json.addProperty("settled", record.settled().toString());
        record.backlog().ifPresent(until -> json.addProperty("backlog", until.toString()));
        json.addProperty("schedule", record.schedule());
        record.times().ifPresent(times -> json.addProperty("times", times));
        record.owed().ifPresent(owed -> json.add("owed", toJson(owed)));
        record.run().ifPresent(run -> json.add("run", toJson(run)));
        JsonArray recent = new JsonArray();
        record.recent().forEach(settlement -> recent.add(toJson(settlement)));
        json.add("recent", recent);
        return json;
    }

    private static JsonObject toJson(Owed owed) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", owed.fire().toString());
        json.addProperty("why", owed.why().word());
        json.addProperty("since", owed.since().toString());
        json.addProperty("reruns", owed.reruns());
        return json;
    }

    private static JsonObject toJson(CurrentRun run) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", run.fire().toString());
        json.addProperty("token", run.token());
        json.addProperty("phase", "started");
        json.addProperty("trigger", run.trigger().word());
        json.addProperty("instance", run.instance());
        json.addProperty("host", run.host());
        json.addProperty("pid", run.pid());
        json.addProperty("started", run.started().toString());
        json.addProperty("reruns", run.reruns());
        return json;
    }

    /** One settlement; also the form of a line in history. Absent values are left out, not null. */
    static JsonObject toJson(Settlement settlement) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", settlement.fire().toString());
        if (settlement.count() > 1) {
            json.addProperty("through", settlement.through().toString());
            json.addProperty("count", settlement.count());
        }
        json.addProperty("outcome", settlement.outcome().word());
        if (settlement.trigger() == Trigger.MANUAL) {
            json.addProperty("trigger", settlement.trigger().word());
        }
        json.addProperty("instance", settlement.instance());
        if (!settlement.settledBy().equals(settlement.instance())) {
            json.addProperty("settled_by", settlement.settledBy());
        }
        json.addProperty("token", settlement.token());
        json.addProperty("attempts", settlement.attempts());
        settlement.started().ifPresent(started -> json.addProperty("started", started.toString()));
        json.addProperty("ended", settlement.ended().toString());
        settlement.exit().ifPresent(exit -> json.addProperty("exit", exit));
        return json;
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if a field is missing or of another kind
     */
    static LedgerRecord fromJson(JsonObject json) {
        List<Settlement> recent = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray("recent")) {
            recent.add(settlement(element.getAsJsonObject()));
        }
        return new LedgerRecord(
                need(json, "seq").getAsLong(),
                need(json, "job").getAsString(),
                need(json, "token").getAsLong(),
                instant(json, "settled"),
                json.has("backlog") ? Optional.of(instant(json, "backlog")) : Optional.empty(),
                need(json, "schedule").getAsString(),
                json.has("times") ? Optional.of(json.get("times").getAsString()) : Optional.empty(),
                json.has("owed") ? Optional.of(owed(json.getAsJsonObject("owed"))) : Optional.empty(),
                json.has("run") ? Optional.of(run(json.getAsJsonObject("run"))) : Optional.empty(),
                recent);
    }

    private static Owed owed(JsonObject json) {
        String why = need(json, "why").getAsString();
        return new Owed(
                instant(json, "fire"),
                Owed.Why.of(why).orElseThrow(() -> new IllegalArgumentException("why " + why)),
                instant(json, "since"),
                need(json, "reruns").getAsInt());
    }

    private static CurrentRun run(JsonObject json) {
        return new CurrentRun(
                instant(json, "fire"),
                need(json, "token").getAsLong(),
                trigger(json),
                need(json, "instance").getAsString(),
                need(json, "host").getAsString(),
                need(json, "pid").getAsLong(),
                instant(json, "started"),
                need(json, "reruns").getAsInt());
    }

    /**
     * Reads one settlement.
     *
     * @throws IllegalArgumentException if a field is missing or of another kind
     */
    static Settlement settlement(JsonObject json) {
        Instant fire = instant(json, "fire");
        String word = need(json, "outcome").getAsString();
        return new Settlement(
                fire,
                json.has("through") ? instant(json, "through") : fire,
                json.has("count") ? json.get("count").getAsLong() : 1,
                Outcome.of(word).orElseThrow(() -> new IllegalArgumentException("outcome " + word)),
                trigger(json),
                need(json, "instance").getAsString(),
                need(json, json.has("settled_by") ? "settled_by" : "instance").getAsString(),
                need(json, "token").getAsLong(),
                need(json, "attempts").getAsInt(),
                json.has("started") ? Optional.of(instant(json, "started")) : Optional.empty(),
                instant(json, "ended"),
                json.has("exit") ? OptionalInt.of(json.get("exit").getAsInt()) : OptionalInt.empty());
    }

    private static Trigger trigger(JsonObject json) {
        return json.has("trigger") && json.get("trigger").getAsString().equals(Trigger.MANUAL.word())
                ? Trigger.MANUAL
                : Trigger.SCHEDULE;
    }

    private static Instant instant(JsonObject json, String key) {
        try {
            return Instant.parse(need(json, key).getAsString());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(key, e);
        }
    }

    private static JsonElement need(JsonObject json, String key) {
        JsonElement element = json.get(key);
        if (element == null) {
            throw new IllegalArgumentException(key);
        }
        return element;
    }
}
