package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema, of which the reference of keys is made, has the loader's keys and defaults. */
class SchemaKeysTest {

    private static final Map<String, Object> DEFINITIONS =
            object(object(new Yaml(new SafeConstructor(new LoaderOptions())).load(ConfigSchema.text()))
                    .get("$defs"));

    @TempDir
    Path folder;

    @Test
    void hasTheLoadersKeys() {
        assertEquals(sorted(MainFile.KEYS), sorted(keys("main_file").keySet()));
        assertEquals(sorted(JobReader.KEYS), sorted(keys("job").keySet()));
        Map<String, Object> defaults = object(keys("main_file").get("defaults"));
        assertEquals(
                sorted(JobSettings.KEYS),
                sorted(object(defaults.get("properties")).keySet()));
    }

    /** A job that spells out every default means the same as one that leaves all of them out. */
    @Test
    void hasTheLoadersDefaults() throws IOException {
        String job = "jobs:\n  job:\n    every: 1m\n    command: /bin/true\n";
        StringBuilder spelled = new StringBuilder(job);
        keys("job").keySet().stream()
                .filter(key -> !key.equals("umask")) // its default is that of whoever starts the command
                .filter(key -> !of("job", key).equals(""))
                .forEach(key -> spelled.append("    ")
                        .append(key)
                        .append(": ")
                        .append(of("job", key))
                        .append("\n"));
        assertTrue(spelled.toString().lines().count() > 8, spelled.toString());
        assertEquals(
                load(job + "    retries: {attempts: 2}\n    catch_up: {policy: latest}\n"),
                load(spelled + "    retries: {attempts: 2, delay: " + of("retries", "delay") + ", backoff: "
                        + of("retries", "backoff") + "}\n    catch_up: {policy: latest, within: "
                        + of("catch_up", "within") + "}\n"));
    }

    private JobDefinition load(String jobs) throws IOException {
        Files.createDirectories(folder.resolve("jobs.d"));
        Files.writeString(folder.resolve("jobs.d/jobs.yaml"), jobs);
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: /mnt/fleetcron\n");
        LoadResult loaded = new ConfigLoader().load(main);
        FleetConfig config = loaded.config().orElseThrow(() -> new AssertionError(loaded.problems()));
        return Objects.requireNonNull(config.jobs().get("job"));
    }

    private static Object of(String definition, String key) {
        return initial(object(keys(definition).get(key)));
    }

    /** The default of a property, or of the definition that it refers to; empty if neither has one. */
    private static Object initial(Map<String, Object> property) {
        Object own = property.get("default");
        Object referred = property.get("$ref");
        if (own != null || referred == null) {
            return Objects.requireNonNullElse(own, "");
        }
        return initial(object(DEFINITIONS.get(referred.toString().replace("#/$defs/", ""))));
    }

    private static Map<String, Object> keys(String definition) {
        return object(object(DEFINITIONS.get(definition)).get("properties"));
    }

    private static List<String> sorted(Collection<String> names) {
        return names.stream().sorted().toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object json) {
        return (Map<String, Object>) Objects.requireNonNull(json);
    }
}
