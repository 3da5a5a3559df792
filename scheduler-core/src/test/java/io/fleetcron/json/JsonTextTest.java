package io.fleetcron.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By the example of Gson's strict reader, an independent reading of the same RFC. */
final class JsonTextTest {

    private static final int CASES = Integer.getInteger("fleetcron.fuzz.records", 20_000);

    private static final String[] ORIGINALS = {
        "{\"v\":1,\"seq\":12,\"job\":\"a\",\"run\":{\"fire\":\"2026-03-01T03:00:00.001Z\",\"pid\":4711},\"recent\":[{},{\"x\":-1}]}",
        "[{\"a\":[[],[1.5e-3,-0,10]],\"b\":true,\"c\":false,\"d\":null},\"\\u00e4\\n\\\\\\\"\\/\\ud83d\\ude00\u20ac\ud83d\ude00\"]"
    };

    /** What a mutation puts in. */
    private static final String SALT =
            "{}[]\",:\\/u0123456789abcdeE+-. \t\n\r\f\b\0tfn'#;=\u2028\ufeff\ud83d\ude00\u00e4\u007f";

    private final long seed = Long.getLong("fleetcron.fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void readsAndRefusesWhatAnotherStrictReaderReadsAndRefuses() {
        int valid = 0;
        for (int i = 0; i < CASES; i++) {
            String text = mutated(ORIGINALS[i % ORIGINALS.length]);
            Optional<String> expected = byGson(text);
            assertEquals(expected, read(text), "seed " + seed + ", case " + i + ": " + text);
            valid += expected.isPresent() ? 1 : 0;
        }
        assertTrue(valid > CASES / 100 && valid < CASES * 19 / 20, valid + " valid texts are too uniform a mixture");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{'a':1}",
                "[1 2]",
                "1 2",
                "01",
                "+1",
                ".5",
                "5.",
                "1e",
                "-",
                "0x10",
                "NaN",
                "-Infinity",
                "TRUE",
                "nul",
                "truefalse",
                "\"",
                "\"\t\"",
                "\"\\'\"",
                "\"\\u12g4\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "// no\n1",
                "[1;2]",
                "{\"a\"=1}",
                "\ufeff1",
                ")]}'\n1"
            })
    void refuses(String text) {
        assertEquals(Optional.empty(), read(text));
    }

    @Test
    void refusesDepthThatRecursionMayNotSurvive() {
        assertTrue(read("[".repeat(200) + "]".repeat(200)).isPresent());
        assertEquals(Optional.empty(), read("[".repeat(300) + "]".repeat(300)));
        assertEquals(Optional.empty(), read("[".repeat(100_000)));
        assertEquals(Optional.empty(), read("{\"a\":".repeat(100_000)));
    }

    private String mutated(String original) {
        StringBuilder text = new StringBuilder(original);
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = random.nextInt(text.length());
            char salt = SALT.charAt(random.nextInt(SALT.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, salt);
                case 1 -> text.insert(at, salt);
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(8))));
                default -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(3)));
            }
        }
        return text.toString();
    }

    private static Optional<String> read(String text) {
        try {
            return Optional.of(JsonText.write(JsonText.parse(text)));
        } catch (JsonText.MalformedException e) {
            return Optional.empty();
        }
    }

    /** Gson passes over a byte order mark, which RFC 8259 lets a reader refuse. */
    private static Optional<String> byGson(String text) {
        try {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            return reader.peek() == JsonToken.END_DOCUMENT && !text.startsWith("\ufeff")
                    ? Optional.of(element.toString())
                    : Optional.empty();
        } catch (JsonParseException | IOException e) {
            return Optional.empty();
        }
    }
}
