package io.fleetcron.config.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Small random damage to a YAML text: to its bytes, its words and its lines. */
final class Mutations {
    private static final List<String> WORDS = List.of(
            ":",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "#",
            " #",
            "&a ",
            "*a",
            "!!str ",
            "!x ",
            "!",
            "|",
            ">",
            "|2",
            "|-",
            "'",
            "\"",
            "\\",
            "\\x",
            "\"\\uD800\"",
            "\"\\UFFFFFFFF\"",
            "\"\\0\"",
            "%",
            "%YAML 1.2\n",
            "%TAG ! x\n",
            "@",
            "`",
            "<<",
            "? ",
            "---\n",
            "...\n",
            "\t",
            " ",
            "  ",
            "\n",
            "\r",
            "\r\n",
            "~",
            "null",
            "true",
            "yes",
            "on",
            "0755",
            "12:30",
            "1e999",
            "-1",
            "99999999999999999999",
            "90s",
            "0s",
            "1d1d",
            "* * * * *",
            "L",
            "W",
            "#",
            "H/5",
            "@reboot",
            "\u0000",
            "\u0007",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "\uFFFF",
            "ı",
            "İ",
            "😀",
            "jobs:",
            "schedule:",
            "every:",
            "command:",
            "env:",
            "shared_dir:",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "{a: {a: {a: ");

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    byte[] mutate(byte[] input) {
        return switch (random.nextInt(6)) {
            case 0 -> flip(input);
            case 1 -> cut(input);
            case 2 -> repeat(input);
            case 3 -> lines(input);
            case 4 -> indent(input);
            default -> insert(input, WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8));
        };
    }

    private byte[] flip(byte[] input) {
        byte[] result = input.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] = (byte) random.nextInt(256);
        }
        return result;
    }

    private byte[] cut(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(12));
        return join(Arrays.copyOf(input, from), Arrays.copyOfRange(input, to, input.length));
    }

    private byte[] repeat(byte[] input) {
        int from = random.nextInt(input.length + 1);
        return insert(input, Arrays.copyOfRange(input, from, Math.min(input.length, from + random.nextInt(60))));
    }

    private byte[] insert(byte[] input, byte[] piece) {
        int at = random.nextInt(input.length + 1);
        return join(join(Arrays.copyOf(input, at), piece), Arrays.copyOfRange(input, at, input.length));
    }

    private byte[] lines(byte[] input) {
        List<String> lines = split(input);
        int a = random.nextInt(lines.size());
        int b = random.nextInt(lines.size());
        switch (random.nextInt(3)) {
            case 0 -> Collections.swap(lines, a, b);
            case 1 -> lines.add(a, lines.get(b));
            default -> lines.remove(a);
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] indent(byte[] input) {
        List<String> lines = split(input);
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        lines.set(
                at,
                random.nextBoolean() || line.isEmpty() ? " ".repeat(1 + random.nextInt(3)) + line : line.substring(1));
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One character per byte, so that nothing is lost. */
    private static List<String> split(byte[] input) {
        return new ArrayList<>(Arrays.asList(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1)));
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] result = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, result, a.length, b.length);
        return result;
    }
}
