package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import io.fleetcron.config.NameRules;
import io.fleetcron.json.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What an instance says of itself in the member table. Immutable.
 *
 * @param identity who it is
 * @param version the program's version
 * @param state {@code ok}, or what is wrong
 * @param running how many runs it has in progress
 * @param definitions a hash of its job definitions
 * @param life what it can vouch for
 * @param skew how far its host's own clock is ahead of the server's; empty of a version that does not report it
 * @param format the newest format of the shared directory that it can write
 * @param localLocks where it keeps the locks of jobs that run on every host; empty of a version that does not report it
 * @param activity what it did recently
 * @param capability what jobs may count on there
 * @param controls the newest change of what people ask of the fleet that it has read, 0 if there was none; empty of a
 *     version that knows of no such thing
 */
public record Member(
        Identity identity,
        String version,
        String state,
        int running,
        String definitions,
        Life life,
        Optional<Duration> skew,
        int format,
        Optional<String> localLocks,
        Activity activity,
        Capability capability,
        Optional<Long> controls) {

    /**
     * The present life of an instance: it cannot vouch for what an earlier one left unwritten. Immutable.
     *
     * @param since when it began
     * @param flushed every settlement of it up to then stands in its history file
     */
    public record Life(Instant since, Instant flushed) {}

    /** The format of versions that do not report one. */
    private static final int FIRST_FORMAT = 1;

    /** One of a version that reports no more. */
    public Member(
            Identity identity,
            String version,
            String state,
            int running,
            String definitions,
            Life life,
            Optional<Duration> skew,
            Activity activity) {
        this(
                identity,
                version,
                state,
                running,
                definitions,
                life,
                skew,
                FIRST_FORMAT,
                Optional.empty(),
                activity,
                Capability.PLAIN,
                Optional.empty());
    }

    /** An instance that has not beaten for longer is not counted on. */
    public static final Duration ALIVE = Duration.ofSeconds(16);

    /** When this life of it began. */
    public Instant since() {
        return life.since();
    }

    /** Every settlement of this life up to then stands in its history file. */
    public Instant flushed() {
        return life.flushed();
    }

    /** Facts about its host. */
    public Map<String, String> labels() {
        return capability.labels();
    }

    /** Which jobs it cannot run just now. */
    public Unfit unfit() {
        return capability.unfit();
    }

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

    /** The same, saying less of what it did recently. */
    Member briefer() {
        return with(activity.fewer(), capability.fewer());
    }

    /** The same without settlements of fires whose time had not come when it was read: nobody can have seen those. */
    public Member until(Instant now) {
        Activity possible = activity.until(now);
        return possible.equals(activity) ? this : with(possible, capability);
    }

    private Member with(Activity otherActivity, Capability otherCapability) {
        return new Member(
                identity,
                version,
                state,
                running,
                definitions,
                life,
                skew,
                format,
                localLocks,
                otherActivity,
                otherCapability,
                controls);
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
        json.addProperty("since", life.since().toString());
        json.addProperty("flushed", life.flushed().toString());
        skew.ifPresent(ahead -> json.addProperty("skew", ahead.toMillis()));
        json.addProperty("format", format);
        localLocks.ifPresent(place -> json.addProperty("local_locks", place));
        json.add("activity", activity.toJson());
        capability.writeTo(json);
        controls.ifPresent(sequence -> json.addProperty("controls", sequence));
    }

    static Member of(StrictJson json) {
        return new Member(
                new Identity(
                        json.name("instance", NameRules::host),
                        json.name("host", NameRules::hostName),
                        json.word("boot"),
                        json.count("pid")),
                json.word("version"),
                json.line("state"),
                json.number("running", 0, Integer.MAX_VALUE),
                json.word("definitions"),
                new Life(json.time("since"), json.time("flushed")),
                json.has("skew")
                        ? Optional.of(Duration.ofMillis(json.whole("skew", -StrictJson.MOST, StrictJson.MOST)))
                        : Optional.empty(),
                json.has("format") ? json.number("format", FIRST_FORMAT, Integer.MAX_VALUE) : FIRST_FORMAT,
                json.has("local_locks") ? Optional.of(json.line("local_locks")) : Optional.empty(),
                Activity.of(json.object("activity")),
                Capability.of(json),
                json.has("controls") ? Optional.of(json.count("controls")) : Optional.empty());
    }
}
