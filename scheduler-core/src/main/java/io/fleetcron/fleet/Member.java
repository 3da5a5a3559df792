package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an instance says of itself in the member table. Immutable.
 *
 * @param identity who it is
 * @param version the program's version
 * @param state {@code ok}, or what is wrong
 * @param running how many runs it has in progress
 * @param definitions a hash of its job definitions
 * @param since when this life of the instance began; it cannot vouch for what an earlier one left unwritten
 * @param flushed every settlement of this life up to then stands in its history file
 * @param skew how far its host's own clock is ahead of the server's; empty of a version that does not report it
 * @param activity what it did of late
 */
public record Member(
        Identity identity,
        String version,
        String state,
        int running,
        String definitions,
        Instant since,
        Instant flushed,
        Optional<Duration> skew,
        Activity activity) {

    /** An instance that has not beaten for longer is not counted on. */
    public static final Duration ALIVE = Duration.ofSeconds(16);

    /** Its id. */
    public String instance() {
        return identity.instance();
    }

    /** Its host's name. */
    public String host() {
        return identity.host();
    }

    /** Its process. */
    public long pid() {
        return identity.pid();
    }

    /** The same, saying less of what it did of late. */
    Member briefer() {
        return new Member(identity, version, state, running, definitions, since, flushed, skew, activity.fewer());
    }

    void writeTo(JsonObject json) {
        json.addProperty("instance", instance());
        json.addProperty("host", host());
        json.addProperty("boot", identity.boot());
        json.addProperty("pid", pid());
        json.addProperty("version", version);
        json.addProperty("state", state);
        json.addProperty("running", running);
        json.addProperty("definitions", definitions);
        json.addProperty("since", since.toString());
        json.addProperty("flushed", flushed.toString());
        skew.ifPresent(ahead -> json.addProperty("skew", ahead.toMillis()));
        json.add("activity", activity.toJson());
    }

    /** Throws one of the several exceptions of Gson and java.time on anything that is no member. */
    static Member of(JsonObject json) {
        return new Member(
                new Identity(
                        json.get("instance").getAsString(),
                        json.get("host").getAsString(),
                        json.get("boot").getAsString(),
                        json.get("pid").getAsLong()),
                json.get("version").getAsString(),
                json.get("state").getAsString(),
                json.get("running").getAsInt(),
                json.get("definitions").getAsString(),
                Instant.parse(json.get("since").getAsString()),
                Instant.parse(json.get("flushed").getAsString()),
                json.has("skew")
                        ? Optional.of(Duration.ofMillis(json.get("skew").getAsLong()))
                        : Optional.empty(),
                Activity.of(json.getAsJsonObject("activity")));
    }
}
