package io.fleetcron.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One line of JSON in a block that anybody may have half written. */
final class RecordLine {
    private RecordLine() {}

    /** The object in the block; empty unless the block is one object, spaces, and a line end. */
    static Optional<JsonObject> parse(byte[] block) {
        String line = new String(block, StandardCharsets.UTF_8);
        if (!line.endsWith("\n")) {
            return Optional.empty();
        }
        return parse(line);
    }

    static Optional<JsonObject> parse(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement element = JsonParser.parseReader(reader);
            boolean alone = reader.peek() == JsonToken.END_DOCUMENT;
            return alone && element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException | IOException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    static Optional<Long> number(JsonObject json, String key) {
        JsonElement value = json.get(key);
        if (value == null
                || !value.isJsonPrimitive()
                || !value.getAsJsonPrimitive().isNumber()) {
            return Optional.empty();
        }
        try {
            return Optional.of(value.getAsBigDecimal().longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    static Optional<String> text(JsonObject json, String key) {
        JsonElement value = json.get(key);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isString()
                ? Optional.of(value.getAsString())
                : Optional.empty();
    }
}
