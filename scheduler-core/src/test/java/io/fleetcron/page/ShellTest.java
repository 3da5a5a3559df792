package io.fleetcron.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copied commands, by the shell that reads them. */
class ShellTest {

    @Test
    void plainWordsStayAsTheyAre() {
        assertEquals(
                "fleetcron logs a-b --fire 2026-11-23T12:00:00Z",
                Shell.line(List.of("fleetcron", "logs", "a-b", "--fire", "2026-11-23T12:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "it's", "$(echo x)", "`echo x`", "a;b|c&d>e", "\"$HOME\"", "~", "*", "#x", "\\", "'"})
    void otherWordsComeOutOfAShellAsTheyWentIn(String word) throws Exception {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "printf '%s.' " + Shell.line(List.of(word, "end"))).start();

        assertEquals(word + ".end.", new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, shell.waitFor());
    }
}
