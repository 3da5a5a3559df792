package io.fleetcron.ledger;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.StrictJson;
import io.fleetcron.fleet.TimeText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The record's fields as JSON. Times are ISO-8601 in UTC. */
final class RecordJson {

    private static final Pattern BESIDE = Pattern.compile("~[0-9]{1,10}$");

    private static final Set<String> OF_RECORD = Set.of(
            "v", "seq", "job", "token", "settled", "backlog", "schedule", "times", "owed", "run", "recent", "sum");
    private static final Set<String> OF_RUN =
            Set.of("fire", "token", "phase", "trigger", "instance", "host", "pid", "started", "reruns");

    /** Of a line of history also the job. */
    private static final Set<String> OF_SETTLEMENT = Set.of(
            "job",
            "fire",
            "through",
            "count",
            "outcome",
            "trigger",
            "instance",
            "settled_by",
            "token",
            "attempts",
            "started",
            "ended",
            "exit",
            "user_ms",
            "system_ms",
            "memory_peak");

    private RecordJson() {}

    static JsonObject toJson(LedgerRecord record, int version) {
        JsonObject json = new JsonObject();
        json.addProperty("v", version);
        json.addProperty("seq", record.sequence());
        json.addProperty("job", record.job());
        json.addProperty("token", record.token());
        json.addProperty("settled", TimeText.of(record.settled()));
        record.backlog().ifPresent(until -> json.addProperty("backlog", TimeText.of(until)));
        json.addProperty("schedule", record.schedule());
        record.times().ifPresent(times -> json.addProperty("times", times));
        record.owed().ifPresent(owed -> json.add("owed", toJson(owed)));
        record.run().ifPresent(run -> json.add("run", toJson(run)));
        JsonArray recent = new JsonArray();
        record.recent().forEach(settlement -> recent.add(toJson(settlement)));
        json.add("recent", recent);
        return with(json, record.unknown());
    }

    private static JsonObject toJson(Owed owed) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", TimeText.of(owed.fire()));
        json.addProperty("why", owed.why().word());
        json.addProperty("since", TimeText.of(owed.since()));
        json.addProperty("reruns", owed.reruns());
        return json;
    }

    private static JsonObject toJson(CurrentRun run) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", TimeText.of(run.fire()));
        json.addProperty("token", run.token());
        json.addProperty("phase", "started");
        json.addProperty("trigger", run.trigger().word());
        json.addProperty("instance", run.instance());
        json.addProperty("host", run.host());
        json.addProperty("pid", run.pid());
        json.addProperty("started", TimeText.of(run.started()));
        json.addProperty("reruns", run.reruns());
        return with(json, run.unknown());
    }

    /** One settlement; also the form of a line in history. Absent values are left out, not null. */
    static JsonObject toJson(Settlement settlement) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", TimeText.of(settlement.fire()));
        if (settlement.count() > 1) {
            json.addProperty("through", TimeText.of(settlement.through()));
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
        settlement.started().ifPresent(started -> json.addProperty("started", TimeText.of(started)));
        json.addProperty("ended", TimeText.of(settlement.ended()));
        settlement.exit().ifPresent(exit -> json.addProperty("exit", exit));
        settlement.usage().ifPresent(used -> {
            json.addProperty("user_ms", used.user().toMillis());
            json.addProperty("system_ms", used.system().toMillis());
            json.addProperty("memory_peak", used.memoryPeak());
        });
        return with(json, settlement.unknown());
    }

    private static JsonObject with(JsonObject json, Map<String, String> unknown) {
        new TreeMap<>(unknown).forEach((name, value) -> json.add(name, JsonParser.parseString(value)));
        return json;
    }

    /** Reads a record. */
    static LedgerRecord record(StrictJson json) {
        return new LedgerRecord(
                json.count("seq"),
                json.name("job", NameRules::job),
                json.count("token"),
                json.time("settled"),
                json.has("backlog") ? Optional.of(json.time("backlog")) : Optional.empty(),
                json.word("schedule"),
                json.has("times") ? Optional.of(json.line("times")) : Optional.empty(),
                json.has("owed") ? Optional.of(owed(json.object("owed"))) : Optional.empty(),
                json.has("run") ? Optional.of(run(json.object("run"))) : Optional.empty(),
                json.list("recent", RecordJson::settlement),
                json.others(OF_RECORD));
    }

    private static Owed owed(StrictJson json) {
        return new Owed(
                json.time("fire"),
                Owed.Why.of(json.word("why")).orElseThrow(() -> StrictJson.refuse("why")),
                json.time("since"),
                json.number("reruns", 0, Integer.MAX_VALUE - 1));
    }

    private static CurrentRun run(StrictJson json) {
        return new CurrentRun(
                json.time("fire"),
                json.count("token"),
                trigger(json),
                json.name("instance", NameRules::host),
                json.name("host", NameRules::hostName),
                json.count("pid"),
                json.time("started"),
                json.number("reruns", 0, Integer.MAX_VALUE - 1),
                json.others(OF_RUN));
    }

    /** Reads one settlement. */
    static Settlement settlement(StrictJson json) {
        Instant fire = json.time("fire");
        Instant through = json.has("through") ? json.time("through") : fire;
        long count = json.has("count") ? json.whole("count", 1, StrictJson.MOST) : 1;
        if (through.isBefore(fire) || (count == 1 && !through.equals(fire))) {
            throw StrictJson.refuse("through");
        }
        Optional<Outcome> outcome = Outcome.of(json.word("outcome"));
        Set<String> known = new HashSet<>(OF_SETTLEMENT);
        if (outcome.isEmpty()) {
            known.remove("outcome"); // it is kept as it is written
        }
        return new Settlement(
                fire,
                through,
                count,
                outcome.orElse(Outcome.OTHER),
                trigger(json),
                json.name("instance", RecordJson::settler),
                json.name(json.has("settled_by") ? "settled_by" : "instance", RecordJson::settler),
                json.count("token"),
                json.number("attempts", 0, Integer.MAX_VALUE),
                json.has("started") ? Optional.of(json.time("started")) : Optional.empty(),
                json.time("ended"),
                json.has("exit")
                        ? OptionalInt.of(json.number("exit", Integer.MIN_VALUE, Integer.MAX_VALUE))
                        : OptionalInt.empty(),
                usage(json),
                json.others(known));
    }

    private static Optional<Usage> usage(StrictJson json) {
        return json.has("user_ms")
                ? Optional.of(new Usage(
                        Duration.ofMillis(json.count("user_ms")),
                        Duration.ofMillis(json.count("system_ms")),
                        json.count("memory_peak")))
                : Optional.empty();
    }

    /** An instance, or a process beside its agent: {@code web1~4711}. */
    private static Optional<String> settler(String name) {
        return NameRules.host(BESIDE.matcher(name).replaceFirst(""));
    }

    private static Trigger trigger(StrictJson json) {
        return json.has("trigger") && json.word("trigger").equals(Trigger.MANUAL.word())
                ? Trigger.MANUAL
                : Trigger.SCHEDULE;
    }
}
