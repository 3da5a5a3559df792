package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How often the guess at where a line runs is the label that a person gave it, on lines in the style of real crontabs. */
class PlacementsTest {
    private static final int PERCENT = 90;

    private record Line(String label, String command) {
        static Line of(String text) {
            String[] parts = text.split(" \\| ", 2);
            return new Line(parts[0], parts[1].replace("\\%", "%"));
        }

        Placement guess() {
            return Placements.of(command, "@daily");
        }

        boolean isRight() {
            return guess().runOn().name().toLowerCase(Locale.ROOT).equals(label);
        }
    }

    private static List<Line> lines(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("src/test/resources").resolve(file))) {
            return lines.filter(line -> !line.startsWith("#")).map(Line::of).toList();
        }
    }

    @Test
    void mostGuessesAreRight() throws IOException {
        List<Line> lines = lines("placements.txt");
        assertEquals(230, lines.size());
        assertRight("every", PERCENT, lines);
        assertRight("one", PERCENT, lines);
    }

    /** Many lines of the wild name a script of which nobody but its writer knows what it does: they are unsure. */
    @Test
    void guessesAtLinesAsTheyAreFoundAreRightWhereTheySayThatTheyAreSure() throws IOException {
        List<Line> lines = lines("placements-found.txt");
        assertEquals(395, lines.size());
        assertRight("every", 85, lines);
        assertRight("one", PERCENT, lines);
        List<Line> sure = lines.stream().filter(line -> line.guess().sure()).toList();
        assertRight("every", 98, sure);
        assertRight("one", 95, sure);
    }

    private static void assertRight(String label, int percent, List<Line> lines) {
        List<Line> all =
                lines.stream().filter(line -> line.label().equals(label)).toList();
        long right = all.stream().filter(Line::isRight).count();
        long unsure = all.stream().filter(line -> !line.guess().sure()).count();
        System.out.printf(
                Locale.ROOT, "run_on: %s: %d of %d guessed right, %d unsure%n", label, right, all.size(), unsure);
        assertTrue(
                right * 100 >= (long) percent * all.size(),
                () -> "fewer than " + percent + " % are right; wrong: "
                        + all.stream().filter(line -> !line.isRight()).toList());
    }

    /** Patterns that try every way to read a long line would not come to an end. */
    @Test
    void aLongLineIsGuessedAtOnce() {
        for (String unit : List.of("a-", "x/", "a.b:")) {
            assertFalse(Placements.of("/opt/" + unit.repeat(40_000), "@daily").sure(), unit);
        }
    }

    /** A wrong guess costs least where it says that it is one. */
    @Test
    void aGuessThatIsNotSureSaysSo() {
        Placement unknown = Placements.of("/opt/app/tick", "@daily");

        assertTrue(!unknown.sure() && unknown.reason().startsWith("unsure: "), unknown.reason());
        assertTrue(Placements.of("logrotate x", "@daily").sure());
        assertFalse(Placements.of("/usr/bin/tick", "@daily").sure(), "a program of a package may serve all hosts");
    }
}
