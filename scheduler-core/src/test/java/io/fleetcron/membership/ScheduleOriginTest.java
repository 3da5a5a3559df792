package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.membership.ScheduleOrigin.Had;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Since when a schedule counts. */
final class ScheduleOriginTest {

    /** Each row: what instances had, as {@code new 10-20}, and since when the schedule counts, for one that has it since 100. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                                                                  | 100 | nobody wrote anything
                    old 0-100                                     | 100 | nobody else had it
                    old 0-40, new 40-100                          |  40 | another had it before
                    old 0-40, new 40-100 ; old 0-60, new 60-100   |  40 | the first counts
                    old 0-40, new 40-100 ; old 0-100              |  40 | although a third had the old one until now
                    new 0-20, old 20-40, new 40-100               |  40 | it was given up, and came back
                    new 0-20, old 20-40                           | 100 | it was given up
                    old 0-40, new 40-60, new 60-100               |  40 | other jobs changed
                    old 0-40, new 40-60, new 70-100               |  40 | the agent was down for a while
                    old 0-40, new 40-60                           |  40 | the host is down now
                    old 0-40, new 40-60 ; old 0-65                | 100 | another had the old one while it was down
                    old 0-40, new 40-60, new 70-100 ; old 0-65    |  70 | the same, and it was up again
                    old 0-40, new 40-60, new 70-100 ; old 0-60    |  40 | the other changed when it went down
                    old 0-40, new 40-40 ; new 30-50, old 50-60    | 100 | it wrote a line, and was not seen again
                    """)
    void theEarliestSinceWhenSomebodyHasHadItWithoutABreak(String instances, long expected, String why) {
        List<List<Had>> had = instances == null
                ? List.of()
                : Stream.of(instances.split(";")).map(ScheduleOriginTest::had).toList();

        assertEquals(Instant.ofEpochSecond(expected), ScheduleOrigin.of(Instant.ofEpochSecond(100), had), why);
    }

    private static List<Had> had(String lines) {
        return Arrays.stream(lines.strip().split(", "))
                .map(line -> line.split("[ -]"))
                .map(line -> new Had(
                        Instant.ofEpochSecond(Long.parseLong(line[1])),
                        Instant.ofEpochSecond(Long.parseLong(line[2])),
                        line[0].equals("new")))
                .toList();
    }
}
