package io.fleetcron.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** Records as root of another host could write them: any content, under the right checksum. */
final class Poison {

    private static final String SUM = ",\"sum\":\"";

    private static final List<JsonElement> VALUES = values();

    private final Random random;

    Poison(Random random) {
        this.random = random;
    }

    /** The line without its checksum, some of its values exchanged, removed, added or moved. */
    String mutated(String line) {
        int sumAt = line.lastIndexOf(SUM);
        JsonElement root = JsonParser.parseString(sumAt < 0 ? line : line.substring(0, sumAt) + "}");
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            root = change(root);
        }
        String text = nested(root.toString());
        return random.nextInt(20) == 0 ? scrambled(text) : text;
    }

    /** The text, some of its lines exchanged, removed, doubled, moved or ended early, and some of their words exchanged. */
    String mutatedLines(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(7)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                case 2 -> lines.set(at, "");
                case 3 -> lines.set(at, name() + " " + word());
                case 4 -> lines.set(at, lines.get(at).replaceFirst(" .*", " ") + word());
                case 5 -> lines.subList(at, lines.size()).clear();
                default -> lines.add(at, word());
            }
            if (lines.isEmpty()) {
                lines.add(word());
            }
        }
        String all = String.join("\n", lines);
        return random.nextInt(20) == 0 ? scrambled(all) : all;
    }

    private String word() {
        return value() instanceof JsonPrimitive primitive ? primitive.getAsString() : "0a1b2c3d";
    }

    /** A line of that content whose checksum is right, in a block of that many bytes. */
    static byte[] sealed(String json, int block) {
        String body = json.endsWith("}") ? json.substring(0, json.length() - 1) : json;
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return block(
                (body.equals("{") ? "{\"x\":0" : body) + SUM + String.format("%08x", crc.getValue()) + "\"}", block);
    }

    /** The line and a line end at the end of a block of that many bytes. */
    static byte[] block(String line, int size) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        byte[] block = Arrays.copyOf(bytes, size);
        Arrays.fill(block, Math.min(bytes.length, size), size, (byte) ' ');
        block[size - 1] = '\n';
        return block;
    }

    private JsonElement change(JsonElement root) {
        List<JsonElement> holders = new ArrayList<>();
        collect(root, holders);
        if (holders.isEmpty()) {
            return value();
        }
        JsonElement holder = holders.get(random.nextInt(holders.size()));
        if (holder instanceof JsonObject object) {
            change(object);
        } else if (holder instanceof JsonArray array) {
            change(array);
        }
        return random.nextInt(200) == 0 ? value() : root;
    }

    private void change(JsonObject object) {
        List<String> keys = new ArrayList<>(object.keySet());
        String key = keys.isEmpty() || random.nextInt(12) == 0 ? name() : keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(key);
            case 1 -> object.add(name(), value());
            case 2 -> {
                String other = keys.isEmpty() ? key : keys.get(random.nextInt(keys.size()));
                object.add(key, object.has(other) ? object.get(other).deepCopy() : value());
            }
            default -> object.add(key, value());
        }
    }

    private void change(JsonArray array) {
        if (array.isEmpty() || random.nextBoolean()) {
            array.add(
                    random.nextBoolean() || array.isEmpty()
                            ? value()
                            : array.get(0).deepCopy());
        } else {
            array.set(random.nextInt(array.size()), value());
        }
    }

    private static void collect(JsonElement element, List<JsonElement> holders) {
        if (element instanceof JsonObject object) {
            holders.add(object);
            object.entrySet().forEach(field -> collect(field.getValue(), holders));
        } else if (element instanceof JsonArray array) {
            holders.add(array);
            array.forEach(one -> collect(one, holders));
        }
    }

    private JsonElement value() {
        return VALUES.get(random.nextInt(VALUES.size())).deepCopy();
    }

    private String name() {
        String[] names = {"job", "../../x", "", "a\nb", "settled", "run", "through", "count", "x".repeat(300), "exit"};
        return names[random.nextInt(names.length)];
    }

    /** One character exchanged: what is no JSON any more. */
    private String scrambled(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) random.nextInt(300) + text.substring(at + 1);
    }

    private static List<JsonElement> values() {
        List<JsonElement> all = new ArrayList<>(List.of(
                JsonNull.INSTANCE, new JsonPrimitive(true), new JsonArray(), new JsonObject(), deep(200), deep(1500)));
        for (long number : new long[] {
            0,
            1,
            -1,
            7,
            255,
            1_767_225_600_000L,
            4_000_000_000L,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            1_000_000_000_000_000L
        }) {
            all.add(new JsonPrimitive(number));
        }
        for (String number : List.of("1.5", "1e3", "1e400", "-0", "9223372036854775808", "1e-400", "1E+999999999")) {
            all.add(new JsonPrimitive(new BigDecimal(number)));
        }
        for (String text : List.of(
                "",
                "..",
                "../../../etc/cron.d/x",
                "/etc/passwd",
                "a\nb",
                "a\u001b[2Jb",
                "a\u009b31mb",
                "web9",
                "web1~123",
                "web1~99999999999999",
                "x".repeat(3000),
                "1",
                "true",
                "succeeded",
                "missed",
                "started",
                "manual",
                "2096-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "1970-01-01T00:00:00Z",
                "-999999999-01-01T00:00:00Z",
                "-1000000000-01-01T00:00Z",
                "+999999999-12-31T23:59:59.999999999Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "2026-02-30T00:00:00Z",
                "2026-11-24T12:00:00Z",
                "2026-11-24T11:00:00.000000001Z",
                "2026-11-24T25:00:00Z",
                "2026-11-24T12:00:00+18:00")) {
            all.add(new JsonPrimitive(text));
        }
        return all;
    }

    /** Stands for arrays in arrays, which Gson reads without recursion, but does not write so. */
    private static JsonElement deep(int depth) {
        return new JsonPrimitive("deep " + depth);
    }

    private static String nested(String text) {
        String all = text;
        for (int depth : new int[] {200, 1500}) {
            all = all.replace("\"deep " + depth + "\"", "[".repeat(depth) + "]".repeat(depth));
        }
        return all;
    }
}
