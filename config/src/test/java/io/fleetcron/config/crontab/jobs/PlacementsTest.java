package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private static List<Line> lines() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("src/test/resources/placements.txt"))) {
            return lines.filter(line -> !line.startsWith("#")).map(Line::of).toList();
        }
    }

    @Test
    void mostGuessesAreRight() throws IOException {
        List<Line> lines = lines();
        assertEquals(230, lines.size());
        List<String> wrong = new ArrayList<>();
        for (String label : List.of("every", "one")) {
            List<Line> all =
                    lines.stream().filter(line -> line.label().equals(label)).toList();
            long right = all.stream().filter(Line::isRight).count();
            long unsure = all.stream().filter(line -> !line.guess().sure()).count();
            System.out.printf(
                    Locale.ROOT, "run_on: %s: %d of %d guessed right, %d unsure%n", label, right, all.size(), unsure);
            if (right * 100 < (long) PERCENT * all.size()) {
                all.stream().filter(line -> !line.isRight()).forEach(line -> wrong.add(line.toString()));
            }
        }
        assertEquals(List.of(), wrong, () -> "fewer than " + PERCENT + " % are right");
    }

    /** A wrong guess costs least where it says that it is one. */
    @Test
    void aGuessThatIsNotSureSaysSo() {
        Placement unknown = Placements.of("/opt/app/tick", "@daily");

        assertTrue(!unknown.sure() && unknown.reason().startsWith("unsure: "), unknown.reason());
        assertTrue(Placements.of("logrotate x", "@daily").sure());
    }
}
