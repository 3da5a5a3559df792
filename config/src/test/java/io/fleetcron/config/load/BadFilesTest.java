package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file under {@code bad/} begins with the problems it must give, one comment line each. */
class BadFilesTest {
    static Stream<Path> bad() throws IOException {
        return Resources.files("bad").stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void givesExactlyTheProblemsInItsFirstLines(Path file) throws IOException {
        List<String> expected = Resources.text(file)
                .lines()
                .takeWhile(line -> line.startsWith("# "))
                .map(line -> file.getFileName() + ":" + line.substring(2))
                .toList();

        Validation found = new ConfigLoader().validate(List.of(file));

        assertTrue(!expected.isEmpty(), "the file says which problems it must give");
        assertEquals(
                String.join("\n", expected),
                String.join(
                        "\n",
                        found.problems().stream()
                                .map(problem -> problem.toString().replace(file.getParent() + "/", ""))
                                .toList()));
    }

    @Test
    void coversManyMistakes() throws IOException {
        assertTrue(bad().count() >= 150, "files were lost");
    }
}
