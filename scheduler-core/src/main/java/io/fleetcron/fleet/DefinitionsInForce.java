package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.fleetcron.config.JobDefinition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The job definitions that this host's agent goes by, as it leaves them in its state directory for {@code fleetcron diff}:
 * schedules in words, all else as short hashes. A line of JSON for the agent, one for each job, and {@code end}. Immutable.
 *
 * @param agent the agent that wrote it
 * @param since when it came to go by them, by this host's clock
 * @param jobs by name
 */
public record DefinitionsInForce(Identity agent, Instant since, Map<String, Job> jobs) {

    /** Its name in the state directory. */
    public static final String FILE = "definitions.jsonl";

    private static final String END = "end";

    /**
     * A definition.
     *
     * @param schedule as it is written
     * @param times its canonical form
     * @param when a hash of when it fires
     * @param enabled whether it fires at all
     * @param keys a hash for each key that has an effect but for the schedule's
     */
    public record Job(String schedule, String times, String when, boolean enabled, Map<String, String> keys) {
        public Job {
            keys = Map.copyOf(keys);
        }

        /** Of that definition. */
        public static Job of(JobDefinition job) {
            return new Job(
                    job.source().schedule(),
                    job.schedule().canonical(),
                    job.scheduleHash(),
                    job.enabled(),
                    job.keyHashes());
        }
    }

    public DefinitionsInForce {
        jobs = Map.copyOf(jobs);
    }

    /** These definitions. */
    public static DefinitionsInForce of(Identity agent, Instant since, Collection<JobDefinition> jobs) {
        Map<String, Job> all = new LinkedHashMap<>();
        jobs.forEach(job -> all.put(job.name(), Job.of(job)));
        return new DefinitionsInForce(agent, since, all);
    }

    /** As they are written. */
    public String text() {
        JsonObject head = new JsonObject();
        head.addProperty("instance", agent.instance());
        head.addProperty("host", agent.host());
        head.addProperty("boot", agent.boot());
        head.addProperty("pid", agent.pid());
        head.addProperty("since", since.toString());
        StringBuilder text = new StringBuilder().append(head).append('\n');
        jobs.forEach((name, job) -> text.append(line(name, job)).append('\n'));
        return text.append(END).append('\n').toString();
    }

    private static JsonObject line(String name, Job job) {
        JsonObject json = new JsonObject();
        json.addProperty("job", name);
        json.addProperty("schedule", job.schedule);
        json.addProperty("times", job.times);
        json.addProperty("when", job.when);
        json.addProperty("enabled", job.enabled);
        JsonObject keys = new JsonObject();
        job.keys.forEach(keys::addProperty);
        json.add("keys", keys);
        return json;
    }

    /** Reads them; empty for any other text, such as half of one. */
    public static Optional<DefinitionsInForce> parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(lines.size() - 1).equals(END)) {
            return Optional.empty();
        }
        try {
            JsonObject head = object(lines.get(0));
            Identity agent = new Identity(
                    word(head, "instance"),
                    word(head, "host"),
                    word(head, "boot"),
                    head.get("pid").getAsLong());
            Map<String, Job> jobs = new LinkedHashMap<>();
            for (String line : lines.subList(1, lines.size() - 1)) {
                JsonObject json = object(line);
                jobs.put(word(json, "job"), job(json));
            }
            return Optional.of(new DefinitionsInForce(agent, Instant.parse(word(head, "since")), jobs));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException // how Gson says null
                | NumberFormatException
                | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Job job(JsonObject json) {
        Map<String, String> keys = new LinkedHashMap<>();
        json.getAsJsonObject("keys")
                .entrySet()
                .forEach(key -> keys.put(key.getKey(), key.getValue().getAsString()));
        return new Job(
                word(json, "schedule"),
                word(json, "times"),
                word(json, "when"),
                json.get("enabled").getAsBoolean(),
                keys);
    }

    private static JsonObject object(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private static String word(JsonObject json, String name) {
        return json.get(name).getAsString();
    }
}
