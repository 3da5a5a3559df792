package io.fleetcron.config.yaml;

import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One key and its value. Each function reads the value as one kind of thing; when it cannot, it logs what was found and
 * what is allowed, and answers empty.
 *
 * @param name the key, as a message names it
 * @param keyAt where the key stands
 */
public record YamlField(String name, Position keyAt, YamlValue value, ProblemLog log) {

    /** Linux takes 128 KiB for each argument and each variable with its name: MAX_ARG_STRLEN in execve(2). */
    private static final int MAX_BYTES = 100 << 10;

    /** Any scalar, as written: {@code 0755} and {@code on} are text like any other. */
    public Optional<Scalar> scalar() {
        if (value instanceof Scalar scalar && !scalar.isNull()) {
            Optional<String> wrong = unusable(scalar.text());
            return wrong.isEmpty() ? Optional.of(scalar) : bad(wrong.get());
        }
        return bad("needs text, found " + value.kind());
    }

    public Optional<String> text() {
        return scalar().map(Scalar::text);
    }

    /** Text that is not blank. */
    public Optional<String> word() {
        return text().flatMap(t -> t.isBlank() ? bad("is blank") : Optional.of(t));
    }

    /** A list with at least one entry, each read by {@code read}. */
    public <T> Optional<List<T>> list(Function<YamlField, Optional<T>> read) {
        if (!(value instanceof Sequence sequence)) {
            return bad("needs a list, found " + value.kind());
        }
        List<T> items = new ArrayList<>();
        for (YamlValue item : sequence.items()) {
            read.apply(new YamlField(name, item.at(), item, log)).ifPresent(items::add);
        }
        if (sequence.items().isEmpty()) {
            return bad("is an empty list");
        }
        return items.size() == sequence.items().size() ? Optional.of(List.copyOf(items)) : Optional.empty();
    }

    /** Names with texts, each name judged by {@code rule}. */
    public Optional<Map<String, String>> texts(Function<String, Optional<String>> rule) {
        return texts(rule, text -> Optional.empty());
    }

    /** Names with texts, each judged by a rule. */
    public Optional<Map<String, String>> texts(
            Function<String, Optional<String>> rule, Function<String, Optional<String>> textRule) {
        if (!(value instanceof Mapping mapping)) {
            return bad("needs `NAME: value` lines, found " + value.kind());
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            rule.apply(key).ifPresent(wrong -> log.error(entry.key().at(), name + ": " + Quote.of(key) + ": " + wrong));
            YamlField field = new YamlField(name + "." + key, entry.key().at(), entry.value(), log);
            field.text().ifPresent(text -> {
                textRule.apply(text).ifPresent(wrong -> field.bad(Quote.of(text) + ": " + wrong));
                result.put(key, text);
            });
        }
        return Optional.of(result);
    }

    /** The keys of a mapping; none if the value is something else. */
    public Stream<Scalar> keys() {
        return value instanceof Mapping mapping ? mapping.entries().stream().map(Entry::key) : Stream.empty();
    }

    public Optional<YamlFields> fields(List<String> known) {
        return YamlFields.of(value, "`" + name + "`", keyAt, known, log);
    }

    public Optional<Boolean> bool() {
        if (value instanceof Scalar scalar && scalar.plain()) {
            if (scalar.text().equals("true") || scalar.text().equals("false")) {
                return Optional.of(scalar.text().equals("true"));
            }
        }
        return bad("needs true or false, found " + value.kind() + truth());
    }

    private String truth() {
        if (value instanceof Scalar scalar) {
            return switch (scalar.text().toLowerCase(Locale.ROOT)) {
                case "yes", "on", "y", "true", "1" -> "; write true";
                case "no", "off", "n", "false", "0" -> "; write false";
                default -> "";
            };
        }
        return "";
    }

    public Optional<Integer> integer(int min, int max) {
        String range = "needs a whole number from " + min + " to " + max;
        if (value instanceof Scalar scalar && scalar.plain() && Numbers.isInteger(scalar.text())) {
            long number = Long.parseLong(scalar.text());
            return number >= min && number <= max ? Optional.of((int) number) : bad(range + ", found " + number);
        }
        return bad(range + ", found " + value.kind());
    }

    public Optional<Double> decimal(double min, double max) {
        String range = "needs a number from " + Numbers.plain(min) + " to " + Numbers.plain(max);
        if (value instanceof Scalar scalar && scalar.plain() && Numbers.isDecimal(scalar.text())) {
            double number = Double.parseDouble(scalar.text());
            return number >= min && number <= max ? Optional.of(number) : bad(range + ", found " + scalar.text());
        }
        return bad(range + ", found " + value.kind());
    }

    public Optional<Duration> duration(Duration min, Duration max) {
        return scalar().flatMap(scalar -> duration(scalar.text(), min, max));
    }

    private Optional<Duration> duration(String text, Duration min, Duration max) {
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isEmpty()) {
            boolean number = !text.isEmpty() && Durations.digits(text, 0) == text.length();
            return bad(
                    number
                            ? "the number " + Quote.of(text) + " has no unit; write " + text + "s for seconds"
                            : Quote.of(text) + " is not a valid length of time; " + Durations.EXAMPLES);
        }
        if (duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0) {
            return bad("must be from " + Durations.format(min) + " to " + Durations.format(max) + ", found "
                    + Quote.of(text));
        }
        return duration;
    }

    /** A length of time without a fraction of a second. */
    public Optional<Duration> seconds(Duration min, Duration max) {
        return duration(min, max)
                .flatMap(duration -> duration.toNanosPart() == 0
                        ? Optional.of(duration)
                        : bad("needs whole seconds, found " + value.kind()));
    }

    public Optional<Long> bytes(long min, long max) {
        return scalar().flatMap(scalar -> {
            OptionalLong size = ByteSizes.parse(scalar.text());
            if (size.isEmpty()) {
                return bad(Quote.of(scalar.text()) + " is not a valid size; write bytes, or 512KiB, 1MiB, 1GiB");
            }
            return size.getAsLong() >= min && size.getAsLong() <= max
                    ? Optional.of(size.getAsLong())
                    : bad("must be from " + min + " to " + max + " bytes, found " + Quote.of(scalar.text()));
        });
    }

    /** One of the constants' names in lower case. */
    public <E extends Enum<E>> Optional<E> choice(E[] constants) {
        return scalar().flatMap(scalar -> {
            List<String> words = new ArrayList<>();
            for (E constant : constants) {
                words.add(constant.name().toLowerCase(Locale.ROOT));
            }
            int index = words.indexOf(scalar.text());
            return index >= 0
                    ? Optional.of(constants[index])
                    : bad(Quote.of(scalar.text()) + " is none of " + String.join(", ", words)
                            + Suggestion.of(scalar.text(), words)
                                    .map(near -> "; did you mean " + Quote.of(near) + "?")
                                    .orElse(""));
        });
    }

    /** A zone of the IANA time zone database. Offsets and abbreviations are refused: they know no summer time. */
    public Optional<ZoneId> zone() {
        return scalar().flatMap(scalar -> {
            String id = scalar.text();
            if (isZone(id)) {
                return Optional.of(ZoneId.of(id));
            }
            return bad(Quote.of(id) + " is not an IANA time zone"
                    + Suggestion.of(id, ZoneId.getAvailableZoneIds())
                            .map(near -> "; did you mean " + Quote.of(near) + "?")
                            .orElse("; write one like Europe/Berlin or UTC"));
        });
    }

    /** Asked of the database itself: {@code ZoneId.of} also takes offsets, and the list of all ids is slow to copy. */
    private static boolean isZone(String id) {
        try {
            return ZoneRulesProvider.getRules(id, false) != null;
        } catch (ZoneRulesException e) {
            return false;
        }
    }

    /** A path as written. */
    public Optional<Path> rawPath() {
        return word().flatMap(text -> {
            if (text.equals("~") || text.startsWith("~/")) {
                return bad("`~` is not expanded; write the folder in full");
            }
            try {
                return Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                return bad(Quote.of(text) + " cannot be a path in this system's character set; set LANG to UTF-8");
            }
        });
    }

    /** An absolute path; a relative one counts from {@code folder}. */
    public Optional<Path> path(Path folder) {
        return rawPath().map(path -> tidy(folder.toAbsolutePath().resolve(path)));
    }

    /** Drops {@code .} parts. {@code a/..} stays: with symbolic links it is not the same as nothing. */
    public static Path tidy(Path path) {
        for (Path part : path) {
            if (part.toString().equals("..")) {
                return path;
            }
        }
        return path.normalize();
    }

    public <T> Optional<T> bad(String message) {
        log.error(value.at(), name + ": " + message);
        return Optional.empty();
    }

    private static Optional<String> unusable(String text) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of(
                    "is longer than 100 KiB, more than Linux gives a program in one piece; put it into a file");
        }
        return text.codePoints().anyMatch(YamlField::isForeign)
                ? Optional.of("contains a character that no file or command can hold (NUL or half a surrogate pair)")
                : Optional.empty();
    }

    private static boolean isForeign(int c) {
        return c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
