package io.fleetcron.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The README's configuration reference names every key that the loader knows and no other; its snippets load. */
class ReadmeTest {

    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)`( \\*)? \\| ([^|]*) \\|.*");
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

    @TempDir
    Path folder;

    private final String readme;

    ReadmeTest() throws IOException {
        readme = Files.readString(Path.of("..", "README.md"));
    }

    @Test
    void namesEveryKeyOfTheMainFile() {
        assertEquals(MainFile.KEYS.stream().sorted().toList(), keys("### Main file", row -> true));
    }

    @Test
    void namesEveryKeyOfAJob() {
        assertEquals(JobReader.KEYS.stream().sorted().toList(), keys("### Job keys", row -> true));
    }

    @Test
    void marksTheKeysThatMayStandInDefaults() {
        assertEquals(JobSettings.KEYS.stream().sorted().toList(), keys("### Job keys", row -> row.contains("` * |")));
    }

    @Test
    void namesEveryKeyOfKeysWithKeys() {
        Map<String, Object> definitions = object(schema().get("$defs"));
        Map<String, String> places = Map.of(
                "retries", "Keys of `retries`:",
                "catch_up", "Keys of `catch_up`:",
                "limits", "Keys of `limits`, at least one:",
                "mail", "Keys of `mail`:");
        for (String key : places.keySet()) {
            Map<String, Object> known =
                    object(asMapping(object(definitions.get(key))).get("properties"));
            assertEquals(
                    known.keySet().stream().sorted().toList(),
                    keys(Objects.requireNonNull(places.get(key)), row -> true),
                    key);
        }
    }

    /** Where the schema gives a default, the README gives the same. */
    @Test
    void tellsTheDefaults() {
        Map<String, Object> definitions = object(schema().get("$defs"));
        List<String> checked = new ArrayList<>();
        Map<String, String> places = Map.of(
                "main_file", "### Main file",
                "job", "### Job keys",
                "retries", "Keys of `retries`:",
                "catch_up", "Keys of `catch_up`:",
                "limits", "Keys of `limits`, at least one:",
                "mail", "Keys of `mail`:");
        places.forEach((definition, place) -> {
            Map<String, String> documented = defaults(place);
            object(asMapping(object(definitions.get(definition))).get("properties"))
                    .forEach((key, property) -> {
                        Object given = object(property).getOrDefault("default", followed(definitions, property));
                        if (!given.equals("")) {
                            checked.add(key);
                            assertEquals("`" + given + "`", documented.get(key), place + " " + key);
                        }
                    });
        });
        assertTrue(checked.size() > 10, "the schema's defaults were not found: " + checked);
    }

    @Test
    void itsYamlLoads() throws IOException {
        Matcher block = YAML.matcher(readme);
        List<String> found = new ArrayList<>();
        Files.writeString(Files.createDirectory(folder.resolve("jobs.d")).resolve("jobs.yaml"), "jobs: {}\n");
        while (block.find()) {
            found.add(block.group(1));
            Path file = folder.resolve(found.size() + ".yaml");
            Files.writeString(file, block.group(1));
            assertEquals(List.of(), new ConfigLoader().validate(List.of(file)).problems(), block.group(1));
        }
        assertTrue(found.size() >= 3, "the README's snippets were not found");
    }

    private List<String> keys(String place, Predicate<String> wanted) {
        return rows(place)
                .filter(wanted)
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1))
                .sorted()
                .toList();
    }

    private Map<String, String> defaults(String place) {
        Map<String, String> defaults = new HashMap<>();
        rows(place).map(ROW::matcher).filter(Matcher::matches).forEach(row -> defaults.put(row.group(1), row.group(3)));
        return defaults;
    }

    /** The rows of the first table after that line. */
    private Stream<String> rows(String place) {
        int start = readme.indexOf("\n" + place + "\n");
        assertTrue(start >= 0, "the README has no line: " + place);
        return readme.substring(start)
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"));
    }

    /** The default of the definition that a property refers to, empty if neither has one. */
    private static Object followed(Map<String, Object> definitions, Object property) {
        return Optional.ofNullable(object(property).get("$ref"))
                .map(ref -> object(definitions.get(ref.toString().replace("#/$defs/", ""))))
                .map(definition -> definition.getOrDefault("default", ""))
                .orElse("");
    }

    /** A definition, or that one of its alternatives that has keys. */
    private static Map<String, Object> asMapping(Map<String, Object> definition) {
        return definition.containsKey("properties")
                ? definition
                : ((List<?>) Objects.requireNonNull(definition.get("anyOf")))
                        .stream()
                                .map(ReadmeTest::object)
                                .filter(one -> one.containsKey("properties"))
                                .findFirst()
                                .orElseThrow();
    }

    private static Map<String, Object> schema() {
        return object(new Yaml(new SafeConstructor(new LoaderOptions())).load(ConfigSchema.text()));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object json) {
        return (Map<String, Object>) Objects.requireNonNull(json);
    }
}
