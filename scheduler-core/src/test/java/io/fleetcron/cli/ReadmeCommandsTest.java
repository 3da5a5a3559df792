package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's section "Commands" has a row for every command, and for no other. */
class ReadmeCommandsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `fleetcron ([a-z]+)[^`]*` \\|");

    @Test
    void hasARowForEveryCommand() throws IOException {
        TreeSet<String> told = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "README.md")));
        while (row.find()) {
            told.add(row.group(1));
        }
        TreeSet<String> there = new TreeSet<>(Commands.names());
        there.remove("help"); // what every command line has
        assertEquals(there, told, "README.md, section Commands");
    }
}
