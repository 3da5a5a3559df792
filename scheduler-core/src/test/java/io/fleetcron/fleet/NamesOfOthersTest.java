package io.fleetcron.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that could lead out of a folder, into another line, or out of a terminal's text. */
class NamesOfOthersTest {

    private final SharedLayout layout = new SharedLayout(Path.of("/srv/shared"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../../etc",
                "a/b",
                "/etc",
                "a\nb",
                "a\u001b[2J",
                "-a",
                "a b",
                "a\u009b2J",
                "a\0b",
                "\u00e4"
            })
    void areRefusedWhereverTheyWouldBecomePaths(String name) {
        assertThrows(IllegalArgumentException.class, () -> layout.history(name));
        assertThrows(IllegalArgumentException.class, () -> layout.definitions(name));
        assertThrows(IllegalArgumentException.class, () -> new OutputName(java.time.Instant.EPOCH, 1, name).text());
        assertEquals(Optional.empty(), SharedLayout.jobOf(name + ".lock"));
        assertEquals(Optional.empty(), OutputName.parse("20260101T000000.000Z-0000000001-" + name + ".log"));
        String said = ThisHost.nameProblem(name, "web1").orElseThrow();
        assertTrue(said.chars().noneMatch(Character::isISOControl), said);
        assertTrue(ThisHost.nameProblem("web1", name).isPresent());
    }

    @Test
    void aHostNameMayHaveThe64BytesOfTheKernel() {
        String name = "h".repeat(64);

        assertEquals(Optional.empty(), ThisHost.nameProblem("web1", name));
        assertTrue(ThisHost.nameProblem(name, name).orElseThrow().contains("Set `instance`"));
        assertTrue(ThisHost.nameProblem("web1", name + "h").isPresent());
        assertTrue(ThisHost.nameProblem("web1", "h".repeat(63) + "/").isPresent());
    }
}
