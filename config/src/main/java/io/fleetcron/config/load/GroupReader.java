package io.fleetcron.config.load;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the key {@code run_groups} of the main file and a job's {@code run_group}. */
final class GroupReader {

    private GroupReader() {}

    /** How many runs of each group there may be at once. */
    static Map<String, Integer> limits(YamlFields given) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        given.get("run_groups").ifPresent(field -> read(field, limits));
        return limits;
    }

    private static void read(YamlField field, Map<String, Integer> limits) {
        if (!(field.value() instanceof Mapping mapping)) {
            field.bad("needs `NAME: how many at once` lines, found "
                    + field.value().kind());
            return;
        }
        for (Entry entry : mapping.entries()) {
            String name = entry.key().text();
            YamlField limit =
                    new YamlField(field.name() + "." + name, entry.key().at(), entry.value(), field.log());
            NameRules.job(name)
                    .ifPresent(wrong ->
                            field.log().error(entry.key().at(), field.name() + ": " + Quote.of(name) + ": " + wrong));
            // A limit that cannot be read is one problem, not another one for each job of the group.
            limits.put(name, limit.integer(1, RunGroup.MOST).orElse(1));
        }
    }

    /** The job's group; empty also where what it says is wrong. */
    static Optional<RunGroup> of(YamlFields given, JobSettings settings) {
        return given.get("run_group").flatMap(field -> group(field, settings));
    }

    private static Optional<RunGroup> group(YamlField field, JobSettings settings) {
        Optional<String> name = field.word();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> wrong = NameRules.job(name.get());
        if (wrong.isPresent()) {
            return field.bad(Quote.of(name.get()) + ": " + wrong.get());
        }
        if (settings.policy().runOn() == RunOn.EVERY) {
            return field.bad(
                    "a group counts runs in the whole fleet, and this job runs on every host, whether or not the"
                            + " shared directory can be reached; remove `run_group` or `run_on: every`");
        }
        Map<String, Integer> known = settings.groups().orElse(Map.of(name.get(), 1));
        Integer limit = known.get(name.get());
        return limit == null
                ? field.bad("unknown group " + Quote.of(name.get())
                        + Suggestion.of(name.get(), known.keySet())
                                .map(near -> "; did you mean " + Quote.of(near) + "?")
                                .orElse("; the main file names it, as in `run_groups: {" + name.get() + ": 1}`"))
                : Optional.of(new RunGroup(name.get(), limit));
    }
}
