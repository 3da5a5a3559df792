package io.fleetcron.config.yaml;

import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A mapping with a fixed set of keys, every other key being an error. */
public final class YamlFields {
    private final String what;
    private final Position at;
    private final Map<String, YamlField> fields;
    /** Keys that are there but misspelt: they are reported once, not also as missing. */
    private final Set<String> meant;

    private final ProblemLog log;

    private YamlFields(String what, Position at, Map<String, YamlField> fields, Set<String> meant, ProblemLog log) {
        this.what = what;
        this.at = at;
        this.fields = fields;
        this.meant = meant;
        this.log = log;
    }

    /**
     * Takes the mapping apart; empty, with a problem logged, if the value is not a mapping.
     *
     * @param what the owner of the keys, as a message names it
     * @param at where a missing key is reported
     */
    public static Optional<YamlFields> of(
            YamlValue value, String what, Position at, List<String> known, ProblemLog log) {
        if (!(value instanceof Mapping mapping)) {
            log.error(value.at(), what + " needs `key: value` lines, found " + value.kind());
            return Optional.empty();
        }
        Map<String, YamlField> fields = new LinkedHashMap<>();
        Set<String> meant = new HashSet<>();
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (known.contains(key)) {
                fields.put(key, new YamlField(key, entry.key().at(), entry.value(), log));
            } else {
                log.error(
                        entry.key().at(), "unknown key " + Quote.of(key) + " in " + what + Suggestion.hint(key, known));
                Suggestion.of(key, known).ifPresent(meant::add);
            }
        }
        return Optional.of(new YamlFields(what, at, fields, meant, log));
    }

    public ProblemLog log() {
        return log;
    }

    public Optional<YamlField> get(String key) {
        return Optional.ofNullable(fields.get(key));
    }

    public Optional<YamlField> require(String key) {
        requireAny("no `" + key + "`", key);
        return get(key);
    }

    /** Reports a key that is neither there nor misspelt. */
    public void requireAny(String message, String... keys) {
        for (String key : keys) {
            if (fields.containsKey(key) || meant.contains(key)) {
                return;
            }
        }
        log.error(at, what + " has " + message);
    }
}
