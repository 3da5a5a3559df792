package io.fleetcron.ledger;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.json.TimeText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of a history file: a settlement and the job it belongs to. Immutable.
 *
 * @param job the job's name
 * @param settlement the final word
 */
public record HistoryLine(String job, Settlement settlement) {

    private static final String JOB = "{\"job\":\"";
    private static final String FIRE = "\",\"fire\":\"";
    private static final String THROUGH = "\",\"through\":\"";

    /** One line of JSON, without the line end. */
    public String toJson() {
        JsonLine json = new JsonLine().open().put("job", job);
        RecordJson.write(json, settlement);
        return json.close().toString();
    }

    /** Reads a line; empty if it is torn or not of this form. */
    public static Optional<HistoryLine> parse(String line) {
        return StrictJson.read(
                line, json -> new HistoryLine(json.name("job", NameRules::job), RecordJson.settlement(json)));
    }

    /**
     * How a line begins. Immutable.
     *
     * @param through the last scheduled time that it settles
     */
    public record Head(String job, Instant through) {}

    /** The beginning of a line, without a look at the rest; empty if it does not begin as {@link #toJson} writes it. */
    public static Optional<Head> head(String line) {
        int job = end(line, JOB, 0);
        int fire = job < 0 ? -1 : end(line, FIRE, job);
        if (fire < 0) {
            return Optional.empty();
        }
        int through = end(line, THROUGH, fire);
        String time = through < 0
                ? line.substring(job + FIRE.length(), fire)
                : line.substring(fire + THROUGH.length(), through);
        try {
            return Optional.of(new Head(line.substring(JOB.length(), job), TimeText.parse(time)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Where a text ends that has this before it at that place; -1 if it is not there. */
    private static int end(String line, String before, int at) {
        return line.startsWith(before, at) ? line.indexOf('"', at + before.length()) : -1;
    }

    /** What makes two lines speak of the same thing: readers keep one of them. */
    public Key key() {
        return new Key(
                job, settlement.fire(), settlement.token(), settlement.outcome().ran());
    }

    /**
     * See {@link #key}.
     *
     * @param ran a skipped fire carries the token of the run before it
     */
    public record Key(String job, Instant fire, long token, boolean ran) {}
}
