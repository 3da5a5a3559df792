package io.fleetcron.config.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of packaging/docs/SCHEDULES.md say what the program does. */
class ReferenceTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** The rows of the table with this header, without the back quotes. */
    private static List<List<String>> table(String header) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("..", "packaging", "docs", "SCHEDULES.md"))) {
            if (inside && line.startsWith("| `")) {
                rows.add(Stream.of(line.substring(1).split("\\|"))
                        .map(cell -> cell.replace("`", "").trim())
                        .toList());
            }
            inside = line.equals(header) || (inside && line.startsWith("|"));
        }
        assertTrue(rows.size() >= 4, "rows below " + header);
        return rows;
    }

    static List<List<String>> meanings() throws IOException {
        return table("| expression | meaning |");
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void meaning(List<String> row) {
        assertEquals(row.get(1), Explain.inEnglish(Schedules.parse(row.get(0), Times.UTC, "job")));
    }

    static List<List<String>> clockChanges() throws IOException {
        return table("| expression | in March | in October |");
    }

    @ParameterizedTest
    @MethodSource("clockChanges")
    void clockChange(List<String> row) {
        assertEquals(row.get(1), firstFour(row.get(0), LocalDate.of(2026, 3, 29), row.get(1)));
        assertEquals(row.get(2), firstFour(row.get(0), LocalDate.of(2026, 10, 25), row.get(2)));
    }

    /** The times of that day, no more than are expected from a schedule that goes on all day. */
    private static String firstFour(String expression, LocalDate day, String expected) {
        Schedule schedule = Schedules.parse(expression, BERLIN, "job");
        Instant start = day.atStartOfDay(BERLIN).toInstant();
        int count = expression.contains(" */2 ") ? expected.split(" ").length : 10;
        List<String> times = new ArrayList<>();
        for (Instant time : Times.list(schedule, start.minusSeconds(1), count)) {
            ZonedDateTime local = time.atZone(BERLIN);
            if (local.toLocalDate().equals(day)) {
                times.add(local.toOffsetDateTime().toOffsetTime().toString());
            }
        }
        return String.join(" ", times);
    }
}
