package io.fleetcron.ledger;

import io.fleetcron.config.NameRules;
import io.fleetcron.fleet.Beside;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunUsage;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.LedgerRecord.WrittenUnder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The record's fields as JSON. Times are ISO-8601 in UTC. */
final class RecordJson {

    private static final String OUTCOME = "outcome";
    private static final String ASKED = "asked";

    private static final Set<String> OF_RECORD = Set.of(
            "v",
            "seq",
            "job",
            "token",
            "settled",
            "backlog",
            "schedule",
            "times",
            "owed",
            "run",
            "waiting",
            "taken",
            "recent",
            "sum");
    private static final Set<String> OF_RUN =
            Set.of("fire", "token", "phase", "trigger", "instance", "host", "pid", "started", "reruns", ASKED);

    /** Of a line of history also the job. */
    private static final Set<String> OF_SETTLEMENT = Set.of(
            "job",
            "fire",
            "through",
            "count",
            OUTCOME,
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
            "memory_peak",
            ASKED,
            "reason");

    /** Those of a settlement whose outcome only a newer version knows: it is kept as it is written. */
    private static final Set<String> OF_UNKNOWN_SETTLEMENT = without(OF_SETTLEMENT, OUTCOME);

    private RecordJson() {}

    private static Set<String> without(Set<String> names, String one) {
        Set<String> rest = new HashSet<>(names);
        rest.remove(one);
        return Set.copyOf(rest);
    }

    /** Writes a record's fields. */
    static void write(JsonLine json, LedgerRecord record, int version) {
        json.put("v", version)
                .put("seq", record.sequence())
                .put("job", record.job())
                .put("token", record.token())
                .put("settled", record.settled());
        record.backlog().ifPresent(until -> json.put("backlog", until));
        json.put("schedule", record.schedule());
        record.times().ifPresent(times -> json.put("times", times));
        record.owed().ifPresent(owed -> write(json, owed));
        record.run().ifPresent(run -> write(json, run));
        record.waiting().ifPresent(waiting -> write(json, waiting));
        if (!record.taken().isEmpty()) {
            json.openList("taken");
            for (TakenRequest taken : record.taken()) {
                json.open().put("id", taken.id()).put("until", taken.until()).close();
            }
            json.closeList();
        }
        json.openList("recent");
        for (Settlement settlement : record.recent()) {
            json.open();
            write(json, settlement);
            json.close();
        }
        json.closeList();
        others(json, record.unknown());
    }

    private static void write(JsonLine json, Owed owed) {
        json.open("owed")
                .put("fire", owed.fire())
                .put("why", owed.why().word())
                .put("since", owed.since())
                .put("reruns", owed.reruns())
                .close();
    }

    private static void write(JsonLine json, Waiting waiting) {
        json.open("waiting")
                .put("fire", waiting.fire())
                .put("group", waiting.group())
                .put("since", waiting.since())
                .put("instance", waiting.instance())
                .close();
    }

    private static void write(JsonLine json, CurrentRun run) {
        json.open("run")
                .put("fire", run.fire())
                .put("token", run.token())
                .put("phase", "started")
                .put("trigger", run.trigger().word())
                .put("instance", run.instance())
                .put("host", run.host())
                .put("pid", run.pid())
                .put("started", run.started())
                .put("reruns", run.reruns());
        run.request().ifPresent(request -> request.write(json, ASKED));
        others(json, run.unknown());
        json.close();
    }

    /** Writes a settlement's fields, also those of a line in history. Absent values are left out, not null. */
    static void write(JsonLine json, Settlement settlement) {
        json.put("fire", settlement.fire());
        if (settlement.count() > 1) {
            json.put("through", settlement.through()).put("count", settlement.count());
        }
        String unknownOutcome = settlement.unknown().get(OUTCOME);
        if (unknownOutcome == null) {
            json.put(OUTCOME, settlement.outcome().word());
        } else {
            json.putJson(OUTCOME, unknownOutcome);
        }
        if (settlement.trigger() == RunOrigin.MANUAL) {
            json.put("trigger", settlement.trigger().word());
        }
        json.put("instance", settlement.instance());
        if (!settlement.settledBy().equals(settlement.instance())) {
            json.put("settled_by", settlement.settledBy());
        }
        json.put("token", settlement.token()).put("attempts", settlement.attempts());
        settlement.started().ifPresent(started -> json.put("started", started));
        json.put("ended", settlement.ended());
        settlement.exit().ifPresent(exit -> json.put("exit", exit));
        settlement
                .usage()
                .ifPresent(used -> json.put("user_ms", used.user().toMillis())
                        .put("system_ms", used.system().toMillis())
                        .put("memory_peak", used.memoryPeak()));
        settlement.request().ifPresent(request -> request.write(json, ASKED));
        settlement.reason().ifPresent(reason -> json.put("reason", reason));
        if (unknownOutcome == null) {
            others(json, settlement.unknown());
        } else {
            Map<String, String> rest = new HashMap<>(settlement.unknown());
            rest.remove(OUTCOME);
            others(json, rest);
        }
    }

    private static void others(JsonLine json, Map<String, String> unknown) {
        if (!unknown.isEmpty()) {
            new TreeMap<>(unknown).forEach(json::putJson);
        }
    }

    /** Reads a record. */
    static LedgerRecord record(StrictJson json) {
        return new LedgerRecord(
                json.count("seq"),
                json.name("job", NameRules::job),
                json.count("token"),
                json.time("settled"),
                json.has("backlog") ? Optional.of(json.time("backlog")) : Optional.empty(),
                new WrittenUnder(
                        json.word("schedule"), json.has("times") ? Optional.of(json.line("times")) : Optional.empty()),
                json.has("owed") ? Optional.of(owed(json.object("owed"))) : Optional.empty(),
                json.has("run") ? Optional.of(run(json.object("run"))) : Optional.empty(),
                json.has("waiting") ? Optional.of(waiting(json.object("waiting"))) : Optional.empty(),
                json.has("taken") ? json.list("taken", TakenRequest::of) : List.of(),
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

    private static Waiting waiting(StrictJson json) {
        return new Waiting(
                json.time("fire"),
                json.name("group", NameRules::job),
                json.time("since"),
                json.name("instance", NameRules::host));
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
                request(json),
                json.others(OF_RUN));
    }

    private static Settlement.Execution execution(StrictJson json) {
        return new Settlement.Execution(
                json.number("attempts", 0, Integer.MAX_VALUE),
                json.has("started") ? Optional.of(json.time("started")) : Optional.empty(),
                json.has("exit")
                        ? OptionalInt.of(json.number("exit", Integer.MIN_VALUE, Integer.MAX_VALUE))
                        : OptionalInt.empty(),
                usage(json),
                request(json));
    }

    private static Optional<ManualRequest> request(StrictJson json) {
        return json.has(ASKED) ? Optional.of(ManualRequest.of(json.object(ASKED))) : Optional.empty();
    }

    /** Reads one settlement. */
    static Settlement settlement(StrictJson json) {
        Instant fire = json.time("fire");
        Instant through = json.has("through") ? json.time("through") : fire;
        long count = json.has("count") ? json.whole("count", 1, StrictJson.MOST) : 1;
        if (through.isBefore(fire) || (count == 1 && !through.equals(fire))) {
            throw StrictJson.refuse("through");
        }
        Optional<Outcome> outcome = Outcome.recorded(json.word(OUTCOME));
        return new Settlement(
                fire,
                through,
                count,
                outcome.orElse(Outcome.OTHER),
                trigger(json),
                json.name("instance", RecordJson::settler),
                json.name(json.has("settled_by") ? "settled_by" : "instance", RecordJson::settler),
                json.count("token"),
                execution(json),
                json.time("ended"),
                json.has("reason") ? Optional.of(json.line("reason")) : Optional.empty(),
                json.others(outcome.isPresent() ? OF_SETTLEMENT : OF_UNKNOWN_SETTLEMENT));
    }

    private static Optional<RunUsage> usage(StrictJson json) {
        return json.has("user_ms")
                ? Optional.of(new RunUsage(
                        Duration.ofMillis(json.count("user_ms")),
                        Duration.ofMillis(json.count("system_ms")),
                        json.count("memory_peak")))
                : Optional.empty();
    }

    /** An instance, or a process beside its agent: {@code web1~4711}. */
    private static Optional<String> settler(String name) {
        return NameRules.host(Beside.instanceOf(name));
    }

    private static RunOrigin trigger(StrictJson json) {
        return json.has("trigger") && json.word("trigger").equals(RunOrigin.MANUAL.word())
                ? RunOrigin.MANUAL
                : RunOrigin.SCHEDULE;
    }
}
