package io.fleetcron.fleet;

import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Instant;

/**
 * Who asked for something, when, and why. Immutable.
 *
 * @param by user and host, such as {@code anna@web1}
 * @param at the fleet's time
 * @param reason in the words of who asked; may be empty
 */
public record Asked(String by, Instant at, String reason) {

    /** Characters of a reason: history has room for it together with who asked. */
    public static final int LONGEST_REASON = 120;

    /** Appends it as an object that is a field. */
    public void write(JsonLine json, String name) {
        json.open(name).put("by", by).put("at", at);
        if (!reason.isEmpty()) {
            json.put("reason", reason);
        }
        json.close();
    }

    /** Reads what {@link #write} writes. */
    public static Asked of(StrictJson json) {
        String reason = json.has("reason") ? json.line("reason") : "";
        if (reason.length() > LONGEST_REASON) {
            throw StrictJson.refuse("reason");
        }
        return new Asked(json.word("by"), json.time("at"), reason);
    }

    /** For a sentence: who, when and why. */
    public String words() {
        return words("since");
    }

    /** The same of something that has no length. */
    public String words(String when) {
        return by + " " + when + " " + at + (reason.isEmpty() ? "" : ": " + reason);
    }
}
