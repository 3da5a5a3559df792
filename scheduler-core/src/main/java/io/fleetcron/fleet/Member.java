package io.fleetcron.fleet;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an instance says of itself in its member file: one line of JSON, padded.
 *
 * @param identity who it is
 * @param version the program's version
 * @param state {@code ok}, or what is wrong
 * @param running how many runs it has in progress
 * @param definitions a hash of its job definitions
 * @param since when this life of the instance began; it cannot vouch for what an earlier one left unwritten
 * @param flushed every settlement of this life up to then stands in its history file
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
        Activity activity) {

    /** An instance whose member file is older, by the server's clock, is not counted on. */
    public static final Duration ALIVE = Duration.ofSeconds(16);

    private static final int BLOCK = 512;

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

    /** The file's content. */
    public byte[] toBytes() {
        JsonObject json = new JsonObject();
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
        json.add("activity", activity.toJson());
        byte[] line = json.toString().getBytes(StandardCharsets.UTF_8);
        byte[] block = Arrays.copyOf(line, (line.length / BLOCK + 1) * BLOCK);
        Arrays.fill(block, line.length, block.length, (byte) ' ');
        block[block.length - 1] = '\n';
        return block;
    }

    /** Reads a member file; empty if it is torn or foreign. */
    public static Optional<Member> parse(String text) {
        int end = text.indexOf('\n');
        try {
            JsonObject json = JsonParser.parseString(end < 0 ? text : text.substring(0, end))
                    .getAsJsonObject();
            return Optional.of(new Member(
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
                    Activity.of(json.getAsJsonObject("activity"))));
        } catch (JsonParseException
                | IllegalStateException
                | NumberFormatException
                | NullPointerException
                | UnsupportedOperationException // how Gson says null
                | DateTimeException e) {
            return Optional.empty();
        }
    }
}
