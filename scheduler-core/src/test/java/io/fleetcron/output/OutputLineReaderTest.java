package io.fleetcron.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a growing file becomes lines of a log, and in what form. */
final class OutputLineReaderTest {

    @TempDir
    Path folder;

    private final List<String> seen = new ArrayList<>();

    @Test
    void takesALineWhenItIsComplete() throws IOException {
        OutputLineReader lines = lines();
        write("one\ntw");
        lines.take(false);
        assertEquals(List.of("one"), seen);
        write("o\n\nthree\r\nfour");
        lines.take(false);
        assertEquals(List.of("one", "two", "", "three"), seen);
        lines.take(true);
        assertEquals(List.of("one", "two", "", "three", "four"), seen);
        lines.take(true);
        assertEquals(5, seen.size());
    }

    @Test
    void goesOnWhereAnEarlierAgentWas() throws IOException {
        write("one\ntwo\nthr");
        lines().take(false);
        write("ee\nfour\n");
        lines().take(false);
        lines().take(true);
        assertEquals(List.of("one", "two", "three", "four"), seen);
    }

    @Test
    void takesAgainWhatAnAgentKilledBeforeItsNoteHadTaken() throws IOException {
        write("one\n");
        lines().take(false);
        write("two\nthree\n");
        OutputLineReader killed = new OutputLineReader(folder.resolve("output"), line -> {
            if (line.equals("three")) {
                throw new IllegalStateException("killed");
            }
            seen.add(line);
        });
        assertThrows(IllegalStateException.class, () -> killed.take(false));
        lines().take(true);
        assertEquals(List.of("one", "two", "two", "three"), seen);
    }

    @Test
    void makesEveryByteHarmless() throws IOException {
        byte[] bytes = "a\tb\u001b[31m\0\u007f\u0085\u2028\u202e é 漢 😀 \\".getBytes(StandardCharsets.UTF_8);
        write(bytes);
        write(new byte[] {(byte) 0xff, 'x', (byte) 0xe2, (byte) 0x82});
        lines().take(true);
        assertEquals(List.of("a\tb\\x1b[31m\\x00\\x7f\\x85\\u2028\\u202e é 漢 😀 \\\\xffx\\xe2\\x82"), seen);
    }

    @Test
    void cutsALongLineBetweenCharacters() throws IOException {
        String text = "x" + "é".repeat(3 * OutputLineReader.LONGEST);
        OutputLineReader lines = lines();
        write(text);
        lines.take(false);
        assertTrue(!seen.isEmpty(), "a line without an end does not wait indefinitely");
        write("\nnext\n");
        lines.take(true);
        assertEquals("next", seen.remove(seen.size() - 1));
        assertEquals(text, String.join("", seen));
        assertTrue(seen.stream().allMatch(line -> !line.contains("\\x")));
    }

    @Test
    void stopsAtSoManyLines() throws IOException {
        write("y\n".repeat(OutputLineReader.MOST_LINES + 50));
        lines().take(true);
        assertEquals(OutputLineReader.MOST_LINES + 1, seen.size());
        assertTrue(seen.get(OutputLineReader.MOST_LINES).contains("fleetcron logs"));
    }

    /** However the file grows and however often the agent is another one, each line comes once and in order. */
    @Test
    void losesAndDoublesNothing() throws IOException {
        long seed = Long.getLong("fleetcron.seed", System.nanoTime());
        Random random = new Random(seed);
        StringBuilder all = new StringBuilder();
        OutputLineReader lines = lines();
        for (int i = 0; i < 300; i++) {
            String text = random.ints(random.nextInt(2000), 0, 60)
                    .mapToObj(n -> n == 0 ? "\n" : n < 4 ? "ü" : String.valueOf((char) ('a' + n % 26)))
                    .collect(Collectors.joining());
            write(text);
            all.append(text);
            lines = random.nextInt(5) == 0 ? lines() : lines;
            lines.take(i == 299);
        }
        assertEquals(all.toString().lines().toList(), seen, "seed " + seed);
    }

    private OutputLineReader lines() {
        return new OutputLineReader(folder.resolve("output"), seen::add);
    }

    private void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(folder.resolve("output"), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
