package io.fleetcron.run;

import com.google.gson.JsonObject;
import io.fleetcron.fleet.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What the run directory says of its run, for whoever finds it: the content of {@code run.json}. Immutable.
 *
 * @param run which run it is
 * @param started the fleet's time when it started
 * @param began this host's boot clock just before, in ms; 0 in a note of a version that did not write it
 * @param marker the value of FLEETCRON_RUN in the environment of every process of the run
 * @param group the run's control group
 * @param slot the slot of the job's group that it holds
 * @param owner the agent that cares for it
 */
record RunRecord(
        RunId run,
        Instant started,
        long began,
        String marker,
        Optional<Path> group,
        Optional<String> slot,
        ProcessId owner) {

    /** Runs of another format are left to the version that started them. */
    private static final int FORMAT = 2;

    RunRecord withOwner(ProcessId now) {
        return new RunRecord(run, started, began, marker, group, slot, now);
    }

    String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("job", run.job());
        json.addProperty("fire", run.time().toString());
        json.addProperty("token", run.token());
        json.addProperty("instance", run.instance());
        json.addProperty("started", started.toString());
        json.addProperty("began", began);
        json.addProperty("marker", marker);
        group.ifPresent(path -> json.addProperty("group", path.toString()));
        slot.ifPresent(name -> json.addProperty("slot", name));
        json.add("owner", process(owner));
        return json + "\n";
    }

    /** Whether this is the note of a run that a version with another supervisor started. */
    static boolean isOfAnotherVersion(String text) {
        return RecordLine.parse(text)
                .filter(json -> json.has("job"))
                .filter(json -> RecordLine.number(json, "format").orElse(1L) != FORMAT)
                .isPresent();
    }

    /** Reads a note; empty if it is torn or foreign. */
    static Optional<RunRecord> parse(String text) {
        try {
            return RecordLine.parse(text)
                    .filter(json -> RecordLine.number(json, "format").orElse(1L) == FORMAT)
                    .map(json -> new RunRecord(
                            new RunId(
                                    string(json, "job"),
                                    Instant.parse(string(json, "fire")),
                                    json.get("token").getAsLong(),
                                    string(json, "instance")),
                            Instant.parse(string(json, "started")),
                            RecordLine.number(json, "began").orElse(0L),
                            string(json, "marker"),
                            RecordLine.text(json, "group").map(Path::of),
                            RecordLine.text(json, "slot"),
                            process(json.getAsJsonObject("owner"))));
        } catch (RuntimeException e) { // a missing or wrong member, in all the ways Gson says so
            return Optional.empty();
        }
    }

    private static String string(JsonObject json, String key) {
        return json.get(key).getAsString();
    }

    private static JsonObject process(ProcessId id) {
        JsonObject json = new JsonObject();
        json.addProperty("pid", id.pid());
        json.addProperty("start", id.start());
        json.addProperty("boot", id.boot());
        return json;
    }

    private static ProcessId process(JsonObject json) {
        return new ProcessId(json.get("pid").getAsInt(), json.get("start").getAsLong(), string(json, "boot"));
    }
}
