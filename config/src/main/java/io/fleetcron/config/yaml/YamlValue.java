package io.fleetcron.config.yaml;

import java.util.List;
import java.util.Optional;

/** What a YAML file says, as written: scalars are text, nothing is converted. */
public sealed interface YamlValue {
    Position at();

    /** How many values this one holds, itself included, aliases counted each time they are used. */
    long size();

    /** What it is, for a message. */
    String kind();

    /**
     * Text.
     *
     * @param text with quotes and escapes resolved
     * @param plain written without quotes and not as a block
     * @param at of the first character, an opening quote included
     * @param verbatim each character of the text stands for itself on one line of the file
     */
    record Scalar(String text, boolean plain, Position at, boolean verbatim) implements YamlValue {
        @Override
        public long size() {
            return 1;
        }

        public boolean isNull() {
            return plain
                    && (text.isEmpty()
                            || text.equals("~")
                            || text.equals("null")
                            || text.equals("Null")
                            || text.equals("NULL"));
        }

        /** The place of the text's character at {@code offset} (from 0), or of the whole text where that is unknown. */
        public Position character(int offset) {
            return verbatim ? new Position(at.line(), at.column() + (plain ? 0 : 1) + offset) : at;
        }

        @Override
        public String kind() {
            if (isNull()) {
                return text.isEmpty() ? "nothing" : "nothing (" + text + "; in quotes it would be text)";
            }
            return Quote.of(text);
        }
    }

    /** A list. */
    record Sequence(List<YamlValue> items, Position at, long size) implements YamlValue {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys with values, in file order; no key appears twice. */
    record Mapping(List<Entry> entries, Position at, long size) implements YamlValue {
        public Optional<YamlValue> get(String key) {
            return entries.stream()
                    .filter(e -> e.key().text().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** One line of a mapping. */
    record Entry(Scalar key, YamlValue value) {}
}
