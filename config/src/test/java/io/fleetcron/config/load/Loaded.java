package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.yaml.Problem;
import java.util.List;
import java.util.Objects;

/** Loads files that must have no error; a warning is allowed, since the sample itself earns one. */
final class Loaded {
    private Loaded() {}

    static FleetConfig good(String main) {
        LoadResult result = new ConfigLoader().load(Resources.file(main));
        assertEquals(
                List.of(), result.problems().stream().filter(Problem::isError).toList());
        return result.config().orElseThrow();
    }

    static JobDefinition job(String main, String name) {
        return Objects.requireNonNull(good(main).jobs().get(name), name);
    }
}
