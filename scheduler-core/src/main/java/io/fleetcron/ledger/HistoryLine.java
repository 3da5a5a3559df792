package io.fleetcron.ledger;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.util.Optional;

/**
 * One line of a history file: a settlement and the job it belongs to. Immutable.
 *
 * @param job the job's name
 * @param settlement the final word
 */
public record HistoryLine(String job, Settlement settlement) {

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
    public record Key(String job, java.time.Instant fire, long token, boolean ran) {}
}
