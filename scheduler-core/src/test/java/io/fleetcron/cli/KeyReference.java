package io.fleetcron.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.fleetcron.config.load.ConfigSchema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys that the JSON Schema has, in its order. */
final class KeyReference {

    /** What a description ends with where the schema's {@code default} cannot say it. */
    private static final String DEFAULT = " Default: ";

    private static final JsonObject DEFINITIONS =
            JsonParser.parseString(ConfigSchema.text()).getAsJsonObject().getAsJsonObject("$defs");

    private static final Set<String> IN_DEFAULTS = properties(
                    properties(DEFINITIONS.getAsJsonObject("main_file")).getAsJsonObject("defaults"))
            .keySet();

    private KeyReference() {}

    /**
     * A key.
     *
     * @param inDefaults whether it is a job's key that the main file's {@code defaults} may have too
     * @param initial what holds without it; empty for nothing
     * @param below the keys of its value
     */
    record Key(String name, boolean required, boolean inDefaults, String initial, String text, List<Key> below) {}

    /** The keys of a definition of the schema. */
    static List<Key> keysOf(String definition) {
        return keys(DEFINITIONS.getAsJsonObject(definition), definition.equals("job"));
    }

    private static List<Key> keys(JsonObject mapping, boolean ofJob) {
        return properties(mapping).entrySet().stream()
                .map(property -> key(mapping, property, ofJob))
                .toList();
    }

    private static Key key(JsonObject mapping, Map.Entry<String, JsonElement> property, boolean ofJob) {
        String name = property.getKey();
        JsonObject key = property.getValue().getAsJsonObject();
        String text = Objects.requireNonNull(given(key, "description"), name + " has no description");
        String value = given(key, "default");
        String initial = value == null ? otherOf(mapping, name) : "`" + value + "`";
        int end = text.indexOf(DEFAULT);
        if (end >= 0) {
            initial = text.substring(end + DEFAULT.length(), text.length() - 1);
            text = text.substring(0, end);
        }
        List<Key> below = name.equals("defaults") ? List.of() : keys(valueOf(key), false);
        return new Key(name, requires(mapping, name), ofJob && IN_DEFAULTS.contains(name), initial, text, below);
    }

    private static boolean requires(JsonObject mapping, String name) {
        return mapping.has("required") && mapping.getAsJsonArray("required").contains(new JsonPrimitive(name));
    }

    /** Where one of several keys is required: the other ones. */
    private static String otherOf(JsonObject mapping, String name) {
        if (!mapping.has("oneOf")) {
            return "";
        }
        List<String> names = mapping.getAsJsonArray("oneOf").asList().stream()
                .map(one ->
                        one.getAsJsonObject().getAsJsonArray("required").get(0).getAsString())
                .toList();
        return names.contains(name)
                ? names.stream()
                        .filter(other -> !other.equals(name))
                        .collect(Collectors.joining("` or `", "this or `", "`"))
                : "";
    }

    /** A member of a property, or of the definition that it refers to. */
    private static @Nullable String given(JsonObject key, String member) {
        if (key.has(member)) {
            return key.get(member).getAsString();
        }
        return key.has("$ref") ? given(referred(key), member) : null;
    }

    /** The definition of a value that has keys, or one without. */
    private static JsonObject valueOf(JsonObject key) {
        if (key.has("$ref")) {
            return valueOf(referred(key));
        }
        if (key.has("additionalProperties") && key.get("additionalProperties").isJsonObject()) {
            return valueOf(key.getAsJsonObject("additionalProperties")); // names, each with such a value
        }
        return key.has("anyOf")
                ? key.getAsJsonArray("anyOf").asList().stream()
                        .map(one -> valueOf(one.getAsJsonObject()))
                        .filter(one -> one.has("properties"))
                        .findFirst()
                        .orElse(key)
                : key;
    }

    private static JsonObject properties(JsonObject mapping) {
        return mapping.has("properties") ? mapping.getAsJsonObject("properties") : new JsonObject();
    }

    private static JsonObject referred(JsonObject key) {
        return DEFINITIONS.getAsJsonObject(key.get("$ref").getAsString().replace("#/$defs/", ""));
    }
}
