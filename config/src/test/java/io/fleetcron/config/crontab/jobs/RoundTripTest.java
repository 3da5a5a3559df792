package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The loader reads back the very command, environment and input. Run again with {@code -Dfleetcron.seed=N}. */
class RoundTripTest {
    private static final int JOBS = 2_000;

    /** What YAML, the shell and crond each take for something else, and what cannot be seen. */
    private static final List<String> PIECES = List.of(
            "a",
            "B",
            "7",
            " ",
            "  ",
            "\t",
            "'",
            "\"",
            "\\",
            "\\\\",
            "#",
            " #",
            ": ",
            ":",
            "- ",
            "? ",
            "&",
            "*",
            "!",
            "|",
            ">",
            "[",
            "]",
            "{",
            "}",
            ",",
            "@",
            "`",
            "$",
            "~",
            "=",
            "%%",
            "<<",
            "---",
            "...",
            "null",
            "true",
            "0755",
            "|-",
            "\u0001",
            "\u001b",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u00ad",
            "\u2028",
            "\u2029",
            "\u200e",
            "\ufeff",
            "\ufffe",
            "\uffff",
            "é",
            "İ",
            "ı",
            "日本",
            "😀",
            "\udb40\udc01",
            "\r",
            "STDIN",
            "EOF");

    private final long seed = Long.getLong("fleetcron.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private String text(int most) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            out.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return out.toString();
    }

    /** As an operator would have to write it in a crontab: no line end, percent signs escaped. */
    private String command() {
        return "x" + text(12).replace("%", "") + "x";
    }

    @Test
    void commandsAndVariables() throws IOException {
        List<String> commands = new ArrayList<>();
        List<String> values = new ArrayList<>();
        StringBuilder crontab = new StringBuilder();
        for (int i = 0; i < JOBS; i++) {
            commands.add(command());
            values.add(text(8).replaceAll("['\n]", ""));
            crontab.append("V='").append(values.get(i)).append("'\n");
            crontab.append("0 0 * * * ").append(commands.get(i)).append('\n');
        }

        ImportResult imported = Fixtures.user(crontab.toString());
        Map<String, JobDefinition> loaded = Fixtures.load(imported.yaml());

        assertEquals(List.of(), imported.refused(), () -> "seed " + seed);
        List<JobDefinition> jobs = List.copyOf(loaded.values());
        for (int i = 0; i < JOBS; i++) {
            assertEquals(commands.get(i), jobs.get(i).command().argv().get(2), "seed " + seed);
            assertEquals(values.get(i), jobs.get(i).environment().env().get("V"), "seed " + seed);
        }
    }

    @Test
    void blocksOfLines() throws IOException {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            StringBuilder text = new StringBuilder("x");
            for (int line = random.nextInt(5); line >= 0; line--) {
                text.append(random.nextInt(4) == 0 ? "" : text(4)).append("\n".repeat(random.nextInt(3)));
            }
            String block = i % 2 == 0 ? text.toString() : text.substring(1) + "x";
            texts.add(block);
            yaml.append("  j").append(i).append(":\n    schedule: \"@daily\"\n    command:\n      - x\n      - ");
            yaml.append(YamlScalar.block(block, "        ")).append('\n');
        }

        List<JobDefinition> jobs = List.copyOf(Fixtures.load(yaml.toString()).values());

        for (int i = 0; i < JOBS; i++) {
            assertEquals(texts.get(i), jobs.get(i).command().argv().get(1), "seed " + seed);
        }
    }

    @Test
    void standardInput() throws IOException {
        StringBuilder crontab = new StringBuilder();
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            String input = "x" + text(10).replace("%", "\n").replaceAll("\\\\+\n", "\n") + "x";
            inputs.add(input + "\n");
            crontab.append("0 0 * * * cat%").append(input.replace("\n", "%")).append('\n');
        }

        List<JobDefinition> jobs = List.copyOf(
                Fixtures.load(Fixtures.user(crontab.toString()).yaml()).values());

        for (int i = 0; i < JOBS; i++) {
            assertEquals(List.of("/bin/sh", "-c", "cat"), jobs.get(i).command().argv());
            assertEquals(Optional.of(inputs.get(i)), jobs.get(i).environment().stdin(), "seed " + seed);
        }
    }
}
