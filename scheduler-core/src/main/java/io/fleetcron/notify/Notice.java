package io.fleetcron.notify;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.late.Late;
import io.fleetcron.late.Late.NoSuccess;
import io.fleetcron.late.Late.NotStarted;
import io.fleetcron.late.Late.TooLong;
import io.fleetcron.ledger.HistoryLine;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A notification for one receiver. Immutable.
 *
 * @param to the receiver's name, {@link #CHECK} or {@link #MAIL}
 * @param event what there is to tell
 * @param host where it ran, or who settled it or found it late if it did not run
 * @param subject what it is about
 */
record Notice(String to, Event event, String host, Subject subject) {

    /** Instead of a receiver's name, which never has this character: the job's own check, see {@code ping}. */
    static final String CHECK = "~check";

    /** The same for those whom the job's own {@code mail} names. */
    static final String MAIL = "~mail";

    private static final Set<String> OF_THE_JOB = Set.of(CHECK, MAIL);

    private static final int LARGEST = 1 << 14;

    /** Of a settled fire, or of a row of fires. */
    Notice(String to, Event event, String host, HistoryLine line) {
        this(to, event, host, new Settled(line));
    }

    /** What there is to tell, as receivers read it. */
    enum Event {
        /** It did not succeed. */
        FAILURE,
        /** It succeeded after one that did not. */
        RECOVERY,
        /** It succeeded. */
        SUCCESS,
        /** It is late. */
        LATE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a notification is about. */
    sealed interface Subject {
        String job();

        /** See {@link Notice#id}. */
        String id();

        /** What distinguishes it from all else about the job, fit for a file's name. */
        String mark();

        /** When there was something to tell. */
        Instant at();
    }

    /**
     * A settled fire, or a row of fires.
     *
     * @param line the job and the settlement
     */
    record Settled(HistoryLine line) implements Subject {
        @Override
        public String job() {
            return line.job();
        }

        @Override
        public String id() {
            return String.join(
                    "/",
                    line.job(),
                    line.settlement().fire().toString(),
                    String.valueOf(line.settlement().token()),
                    line.settlement().instance(),
                    line.settlement().outcome().word());
        }

        @Override
        public String mark() {
            return String.join(
                    ",",
                    String.valueOf(line.settlement().fire().toEpochMilli()),
                    String.valueOf(line.settlement().token()),
                    line.settlement().outcome().word());
        }

        @Override
        public Instant at() {
            return line.settlement().ended();
        }
    }

    /**
     * A job that is late.
     *
     * @param key of its definition, by which it is
     * @param time the fire's, or that of the last success
     * @param token of the run that takes too long, else 0
     * @param instance where it runs, or who found it late
     * @param words what is late
     * @param at when that was found
     */
    record LateJob(String job, String key, Instant time, long token, String instance, String words, Instant at)
            implements Subject {

        private static final Set<String> KEYS = Set.of("late_after", "no_success_for", "expected");

        static LateJob of(String job, Late late, String finder, Instant at) {
            if (late instanceof TooLong run) {
                return new LateJob(job, late.key(), run.fire(), run.token(), run.instance(), late.words(), at);
            }
            Instant time = late instanceof NotStarted fire ? fire.fire() : ((NoSuccess) late).last();
            return new LateJob(job, late.key(), time, 0, finder, late.words(), at);
        }

        @Override
        public String id() {
            return String.join("/", job, time.toString(), String.valueOf(token), key);
        }

        @Override
        public String mark() {
            return String.join(",", String.valueOf(time.toEpochMilli()), String.valueOf(token), key);
        }

        private static LateJob read(StrictJson json) {
            String key = json.word("key");
            if (!KEYS.contains(key)) {
                throw StrictJson.refuse("key");
            }
            return new LateJob(
                    json.name("job", NameRules::job),
                    key,
                    json.time("time"),
                    json.count("token"),
                    json.name("instance", NameRules::host),
                    json.line("words"),
                    json.time("at"));
        }
    }

    String job() {
        return subject.job();
    }

    /** The same for the same end of the same fire, whoever sends it and how often; receivers drop repeats by it. */
    String id() {
        return subject.id();
    }

    /** A file's name, in the directory of one instance. */
    String fileName() {
        return String.join(",", to, job(), subject.mark()) + ".json";
    }

    /** One line of JSON, as it waits in a file. */
    String toJson() {
        JsonLine json =
                new JsonLine().open().put("to", to).put("event", event.word()).put("host", host);
        if (subject instanceof LateJob late) {
            json.open("late")
                    .put("job", late.job)
                    .put("key", late.key)
                    .put("time", late.time)
                    .put("token", late.token)
                    .put("instance", late.instance)
                    .put("words", late.words)
                    .put("at", late.at)
                    .close();
        } else {
            json.put("line", ((Settled) subject).line.toJson());
        }
        return json.close().toString();
    }

    /** Reads a file that another host may have written; empty if it is not of this form. */
    static Optional<Notice> parse(String json) {
        if (json.length() > LARGEST) {
            return Optional.empty();
        }
        return StrictJson.read(json, it -> {
            Event event = event(it.word("event"));
            return new Notice(
                    it.name("to", name -> OF_THE_JOB.contains(name) ? Optional.empty() : NameRules.host(name)),
                    event,
                    it.name("host", NameRules::hostName),
                    event == Event.LATE
                            ? LateJob.read(it.object("late"))
                            : new Settled(
                                    HistoryLine.parse(it.text("line")).orElseThrow(() -> StrictJson.refuse("line"))));
        });
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
