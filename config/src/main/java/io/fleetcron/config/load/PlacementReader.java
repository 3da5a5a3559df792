package io.fleetcron.config.load;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.Placement;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the keys that say which instances run a job, and the labels of an instance that they select by. */
final class PlacementReader {

    static final List<String> KEYS = List.of("hosts", "labels", "prefer");

    private PlacementReader() {}

    /** That placement, overridden by those keys that {@code given} has. */
    static Placement with(Placement base, YamlFields given) {
        return new Placement(
                given.get("hosts").flatMap(PlacementReader::hosts).orElse(base.hosts()),
                given.get("labels").flatMap(PlacementReader::labels).orElse(base.labels()),
                given.get("prefer").flatMap(PlacementReader::labels).orElse(base.prefer()));
    }

    private static Optional<List<String>> hosts(YamlField field) {
        return field.value() instanceof Sequence
                ? field.list(PlacementReader::pattern)
                : pattern(field).map(List::of);
    }

    private static Optional<String> pattern(YamlField field) {
        return field.scalar().map(Scalar::text).flatMap(text -> {
            Optional<String> wrong = NameRules.hostPattern(text);
            return wrong.isEmpty() ? Optional.of(text) : field.bad(Quote.of(text) + ": " + wrong.get());
        });
    }

    /** Labels, as few and as short as the member table has room for. */
    static Optional<Map<String, String>> labels(YamlField field) {
        return field.texts(NameRules::host, NameRules::label).flatMap(labels -> {
            return labels.size() <= NameRules.MOST_LABELS
                    ? Optional.of(labels)
                    : field.bad("at most " + NameRules.MOST_LABELS + " labels, found " + labels.size());
        });
    }
}
