package io.fleetcron.json;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.Printable;
import io.fleetcron.json.JsonText.Numeral;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One object of JSON that another host wrote: perhaps torn, perhaps by another version, perhaps to do harm. Every field
 * is asked for by its type and range; whatever does not fit makes the whole object invalid, and nothing else happens.
 * Fields that nobody asks for are passed over. Immutable.
 */
public final class StrictJson {

    /** The earliest time that a record may hold. */
    public static final Instant EARLIEST = Instant.EPOCH;

    /** The latest one: up to here, nanoseconds between two times fit into a {@code long}. */
    public static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

    /** The largest count, token or number of a process: sums of many of them still fit into a {@code long}. */
    public static final long MOST = 1_000_000_000_000_000L;

    private static final int LONGEST_WORD = 128;
    private static final int LONGEST_TIME = 40;

    /** Of the largest number and its sign. */
    private static final int DIGITS = 20;

    private final Map<?, ?> fields;

    private StrictJson(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** What an object is refused with, inside {@link #read} only. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String what) {
            super(what, null, false, false);
        }
    }

    /**
     * Reads one line.
     *
     * @param form reads the fields
     * @return empty if the line is not one object of that form
     */
    public static <T> Optional<T> read(String line, Function<StrictJson, T> form) {
        try {
            return Optional.of(form.apply(object(JsonText.parse(line))));
        } catch (Refused | JsonText.MalformedException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    /** Makes the whole object invalid. */
    public static RuntimeException refuse(String what) {
        return new Refused(what);
    }

    /** Whether the field is there. */
    public boolean has(String key) {
        return fields.containsKey(key);
    }

    /** A whole number. */
    public long whole(String key, long least, long most) {
        return whole(need(key), key, least, most);
    }

    /** A whole number of 32 bits. */
    public int number(String key, int least, int most) {
        return (int) whole(key, least, most);
    }

    /** A count, token or process: not negative, at most {@link #MOST}. */
    public long count(String key) {
        return whole(key, 0, MOST);
    }

    /** A time, from {@link #EARLIEST} to {@link #LATEST}. */
    public Instant time(String key) {
        String text = string(need(key), key);
        if (text.length() > LONGEST_TIME) {
            throw new Refused(key);
        }
        try {
            return inRange(TimeText.parse(text), key);
        } catch (DateTimeException e) {
            throw new Refused(key);
        }
    }

    /** A short text without control characters. */
    public String word(String key) {
        String text = string(need(key), key);
        if (text.length() > LONGEST_WORD || !Printable.line(text).equals(text)) {
            throw new Refused(key);
        }
        return text;
    }

    /** A text of any content: what becomes of it is the caller's care. */
    public String text(String key) {
        return string(need(key), key);
    }

    /** A text of any content, made fit for one line. */
    public String line(String key) {
        return Printable.line(string(need(key), key));
    }

    /** A name that keeps a rule of {@link NameRules}. */
    public String name(String key, Function<String, Optional<String>> rule) {
        return name(string(need(key), key), rule, key);
    }

    /** The fields that have none of these names, each as JSON. */
    public Map<String, String> others(Set<String> known) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (field.getKey() instanceof String name && !known.contains(name)) {
                all.put(name, JsonText.write(field.getValue()));
            }
        }
        return all;
    }

    /** An object within this one. */
    public StrictJson object(String key) {
        return object(need(key));
    }

    /** A list of objects. */
    public <T> List<T> list(String key, Function<StrictJson, T> form) {
        if (!(need(key) instanceof List<?> array)) {
            throw new Refused(key);
        }
        List<T> all = new ArrayList<>(array.size());
        for (Object element : array) {
            all.add(form.apply(object(element)));
        }
        return all;
    }

    /** A list of names that each keep a rule of {@link NameRules}. */
    public List<String> names(String key, Function<String, Optional<String>> rule) {
        if (!(need(key) instanceof List<?> array)) {
            throw new Refused(key);
        }
        List<String> all = new ArrayList<>(array.size());
        for (Object element : array) {
            all.add(name(string(element, key), rule, key));
        }
        return all;
    }

    /** The fields of an object within this one, each a job's name with a token. */
    public Map<String, Long> tokensByJob(String key) {
        Map<String, Long> all = new LinkedHashMap<>();
        object(key)
                .fields
                .forEach((name, token) ->
                        all.put(name(string(name, key), NameRules::job, key), whole(token, key, 0, MOST)));
        return all;
    }

    /** The fields of an object within this one, each a job's name with a time in milliseconds. */
    public Map<String, Instant> timesByJob(String key) {
        Map<String, Instant> all = new LinkedHashMap<>();
        long most = LATEST.toEpochMilli();
        object(key)
                .fields
                .forEach((name, time) -> all.put(
                        name(string(name, key), NameRules::job, key), Instant.ofEpochMilli(whole(time, key, 0, most))));
        return all;
    }

    /** The fields of an object within this one, each a job's name with a text of any content, made fit for one line. */
    public Map<String, String> linesByJob(String key) {
        Map<String, String> all = new LinkedHashMap<>();
        object(key)
                .fields
                .forEach((name, text) ->
                        all.put(name(string(name, key), NameRules::job, key), Printable.line(string(text, key))));
        return all;
    }

    /** The fields of an object within this one, names and texts that each keep a rule of {@link NameRules}. */
    public Map<String, String> namesWithWords(
            String key, Function<String, Optional<String>> nameRule, Function<String, Optional<String>> textRule) {
        Map<String, String> all = new LinkedHashMap<>();
        object(key)
                .fields
                .forEach((name, text) ->
                        all.put(name(string(name, key), nameRule, key), name(string(text, key), textRule, key)));
        return all;
    }

    /** Whether a time lies between {@link #EARLIEST} and {@link #LATEST}. */
    public static boolean inRange(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    private static Instant inRange(Instant time, String key) {
        if (!inRange(time)) {
            throw new Refused(key);
        }
        return time;
    }

    private Object need(String key) {
        Object value = fields.get(key);
        if (value == null) {
            throw new Refused(key);
        }
        return value;
    }

    private static StrictJson object(Object value) {
        if (value instanceof Map<?, ?> object) {
            return new StrictJson(object);
        }
        throw new Refused("not an object");
    }

    private static long whole(Object value, String key, long least, long most) {
        if (!(value instanceof Numeral number) || number.digits().length() > DIGITS) {
            throw new Refused(key);
        }
        try {
            long whole = Long.parseLong(number.digits());
            if (whole >= least && whole <= most) {
                return whole;
            }
        } catch (NumberFormatException e) {
            throw new Refused(key);
        }
        throw new Refused(key);
    }

    private static String string(Object value, String key) {
        if (value instanceof String text) {
            return text;
        }
        throw new Refused(key);
    }

    private static String name(String text, Function<String, Optional<String>> rule, String key) {
        if (rule.apply(text).isPresent()) {
            throw new Refused(key);
        }
        return text;
    }
}
