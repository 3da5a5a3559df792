package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // hosts; a host; whether it may run the job
                "''                 | db-1          | true",
                "db-1               | db-1          | true",
                "db-1               | db-10         | false",
                "db-1               | xdb-1         | false",
                "db-1               | DB-1          | true",
                "DB-*               | db-1          | true",
                "*                  | anything      | true",
                "**                 | x             | true",
                "db-*               | db-           | true",
                "db-*               | db            | false",
                "db-?               | db-1          | true",
                "db-?               | db-           | false",
                "db-?               | db-12         | false",
                "*-1                | db-1-1        | true",
                "*-1                | db-1-2        | false",
                "a*b*c              | aXbXbYc       | true",
                "a*b*c              | aXcXb         | false",
                "*.eu.example.com   | db.eu.example.com | true",
                "*.eu.example.com   | dbXeu.example.com | false",
                "web-1 db-*         | db-7          | true",
                "web-1 db-*         | web-2         | false",
                "db-* !db-9         | db-9          | false",
                "db-* !db-9         | db-8          | true",
                "!db-9 db-*         | db-9          | false",
                "!db-9              | web-1         | true",
                "!db-9              | db-9          | false",
                "!db-* db-1         | db-1          | false",
                "!db-* !web-*       | cache-1       | true",
                "!*                 | cache-1       | false",
            })
    void patternsOfHosts(String hosts, String host, boolean allowed) {
        List<String> patterns =
                Arrays.stream(hosts.split(" ")).filter(word -> !word.isEmpty()).toList();
        Placement placement = new Placement(patterns, Map.of(), Map.of());

        assertEquals(allowed, placement.allows(host, Map.of()));
        assertEquals(allowed, placement.objection(host, Map.of()).isEmpty());
    }

    /** The cost of a pattern grows with the product of the lengths, not with their power. */
    @Test
    void aPatternOfManyStarsCostsLittle() {
        Placement placement = new Placement(List.of("*a".repeat(31) + "b"), Map.of(), Map.of());
        assertFalse(placement.allows("a".repeat(64), Map.of()));
    }

    record Labels(Map<String, String> needed, Map<String, String> has, String objection) {}

    static Stream<Labels> labels() {
        return Stream.of(
                new Labels(Map.of(), Map.of(), ""),
                new Labels(Map.of("role", "db"), Map.of("role", "db", "site", "eu"), ""),
                new Labels(Map.of("role", "db"), Map.of(), "its label `role` is db, this host's is not set"),
                new Labels(Map.of("role", "db"), Map.of("role", "DB"), "its label `role` is db, this host's is DB"),
                new Labels(
                        Map.of("role", "db", "site", "eu"),
                        Map.of("role", "db"),
                        "its label `site` is eu, this host's is not set"));
    }

    @ParameterizedTest
    @MethodSource("labels")
    void allLabelsMustBeThoseOfTheHost(Labels row) {
        Placement placement = new Placement(List.of(), row.needed, Map.of());
        assertEquals(row.objection, placement.objection("h", row.has).orElse(""));
    }

    @Test
    void hostsAndLabelsMustBothHold() {
        Placement placement = new Placement(List.of("db-*"), Map.of("role", "db"), Map.of());
        assertTrue(placement.allows("db-1", Map.of("role", "db")));
        assertFalse(placement.allows("web-1", Map.of("role", "db")));
        assertFalse(placement.allows("db-1", Map.of()));
        assertEquals("db-* role=db", placement.text());
        assertEquals(Optional.of("its `hosts` are db-*"), placement.objection("web-1", Map.of()));
    }

    @Test
    void whatIsPreferredIsNotNeeded() {
        Placement placement = new Placement(List.of(), Map.of(), Map.of("disk", "ssd"));
        assertTrue(placement.allows("h", Map.of()));
        assertTrue(placement.isAnywhere());
        assertTrue(placement.prefers(Map.of("disk", "ssd", "role", "db")));
        assertFalse(placement.prefers(Map.of("disk", "hdd")));
        assertFalse(Placement.ANYWHERE.prefers(Map.of()), "all alike");
    }
}
