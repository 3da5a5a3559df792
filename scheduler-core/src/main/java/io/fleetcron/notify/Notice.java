package io.fleetcron.notify;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.HistoryLine;
import java.time.Instant;
import java.util.Optional;

/**
 * A notification of one settled fire, or of a row of fires, for one receiver. Immutable.
 *
 * @param to the receiver's name, or {@link #CHECK}
 * @param event what there is to tell
 * @param host where it ran, or who settled it if it did not run
 * @param line the job and the settlement
 */
record Notice(String to, Event event, String host, HistoryLine line) {

    /** Instead of a receiver's name, which never has this character: the job's own check, see {@code ping}. */
    static final String CHECK = "~check";

    private static final int LARGEST = 1 << 14;

    /** What there is to tell, as receivers read it. */
    enum Event {
        /** It did not succeed. */
        FAILURE,
        /** It succeeded after one that did not. */
        RECOVERY,
        /** It succeeded. */
        SUCCESS;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The same for the same end of the same fire, whoever sends it and how often; receivers drop repeats by it. */
    String id() {
        return String.join(
                "/",
                line.job(),
                line.settlement().fire().toString(),
                String.valueOf(line.settlement().token()),
                line.settlement().instance(),
                line.settlement().outcome().word());
    }

    /** A file's name, in the directory of one instance. */
    String fileName() {
        return String.join(
                        ",",
                        to,
                        line.job(),
                        String.valueOf(line.settlement().fire().toEpochMilli()),
                        String.valueOf(line.settlement().token()),
                        line.settlement().outcome().word())
                + ".json";
    }

    /** When the fire was settled. */
    Instant settled() {
        return line.settlement().ended();
    }

    /** One line of JSON, as it waits in a file. */
    String toJson() {
        return new JsonLine()
                .open()
                .put("to", to)
                .put("event", event.word())
                .put("host", host)
                .put("line", line.toJson())
                .close()
                .toString();
    }

    /** Reads a file that another host may have written; empty if it is not of this form. */
    static Optional<Notice> parse(String json) {
        if (json.length() > LARGEST) {
            return Optional.empty();
        }
        return StrictJson.read(
                json,
                it -> new Notice(
                        it.name("to", name -> name.equals(CHECK) ? Optional.empty() : NameRules.host(name)),
                        event(it.word("event")),
                        it.name("host", NameRules::hostName),
                        HistoryLine.parse(it.text("line")).orElseThrow(() -> StrictJson.refuse("line"))));
    }

    private static Event event(String word) {
        for (Event event : Event.values()) {
            if (event.word().equals(word)) {
                return event;
            }
        }
        throw StrictJson.refuse("event");
    }
}
