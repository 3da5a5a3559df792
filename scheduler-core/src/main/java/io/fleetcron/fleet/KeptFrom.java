package io.fleetcron.fleet;

import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** The file that says from when on nothing has been removed from history. Pure functions. */
public final class KeptFrom {

    private KeptFrom() {}

    /** What it holds. */
    public static String text(LocalDate first) {
        return new JsonLine().open().put("kept_from", day(first)).close() + "\n";
    }

    /** The beginning of a day. */
    public static Instant day(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** Reads it; empty if it is torn or not of this form. */
    public static Optional<Instant> parse(String text) {
        return StrictJson.read(text, json -> json.time("kept_from"));
    }
}
