package io.fleetcron.fleet;

import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of an instance's journal: from then until then it had the definitions of that {@link Timetable}. Immutable.
 *
 * @param since since when, by the fleet's time
 * @param until until when at least: when the line was written, or other definitions came
 * @param timetable the name of the timetable's file
 */
public record InForce(Instant since, Instant until, String timetable) {

    /** One line of JSON, without the line end. */
    public String toJson() {
        return new JsonLine()
                .open()
                .put("since", since)
                .put("until", until)
                .put("timetable", timetable)
                .close()
                .toString();
    }

    /** Reads a line; empty if it is torn or not of this form. */
    public static Optional<InForce> parse(String line) {
        return StrictJson.read(line, json -> {
            InForce read = new InForce(json.time("since"), json.time("until"), json.word("timetable"));
            if (read.until.isBefore(read.since) || !Timetable.isName(read.timetable)) {
                throw StrictJson.refuse("timetable");
            }
            return read;
        });
    }
}
