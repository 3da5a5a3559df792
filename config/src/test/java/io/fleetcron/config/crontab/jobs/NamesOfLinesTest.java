package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of many jobs of one import. */
class NamesOfLinesTest {

    private static List<String> names(String crontab) {
        return Fixtures.user(crontab).jobs().stream().map(Job::name).toList();
    }

    @Test
    void fewAreNumbersAndNoneIsAWordOfTheShell() throws IOException {
        String crontab;
        try (Stream<String> lines = Files.lines(Path.of("src/test/resources/placements.txt"))) {
            crontab = lines.filter(line -> !line.startsWith("#"))
                    .map(line -> "@daily " + line.split(" \\| ", 2)[1] + "\n")
                    .collect(Collectors.joining());
        }

        List<String> names = names(crontab);

        List<String> numbered =
                names.stream().filter(name -> name.matches(".*-[0-9]+")).toList();
        assertTrue(numbered.size() * 50 < names.size(), numbered.toString());
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name ->
                                name.matches("(null|fi|done|if|then|do|else|cd|test|kill|find|rm|echo|true)(-.?)?"))
                        .toList());
    }

    @Test
    void namesakesAreToldApartByAWordOfTheirOwn() {
        assertEquals(
                List.of("poll", "poll-orders", "poll-returns", "poll-2"),
                names(
                        "@daily poll --all\n@daily poll --queue=orders\n@daily poll --queue=returns\n@daily poll --all\n"));
    }

    /** A name that another line has of itself is not given to a third. */
    @Test
    void aLongerNameIsFreeToo() {
        List<String> names = names("@daily poll --all\n@daily /opt/poll-orders\n@daily poll --orders\n");

        assertEquals(3, names.stream().distinct().count(), names.toString());
        assertTrue(names.contains("poll-orders"), names.toString());
    }
}
