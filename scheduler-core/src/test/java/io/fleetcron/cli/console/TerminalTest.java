package io.fleetcron.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.console.Screen.Style;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // environment; colours; pager
                "TERM=xterm                            | true  | ''",
                "TERM=xterm NO_COLOR=                  | true  | ''",
                "TERM=xterm NO_COLOR=1                 | false | ''",
                "TERM=dumb PAGER=more                  | false | ''",
                "''                                    | false | ''",
                "TERM=xterm PAGER=more                 | true  | more",
                "TERM=xterm PAGER=more NO_COLOR=1      | false | more",
                "TERM=xterm PAGER=                     | true  | ''",
                "TERM=xterm PAGER=cat                  | true  | ''",
                "TERM=xterm PAGER=more FLEETCRON_PAGER=cat | true | ''",
                "TERM=xterm PAGER=cat FLEETCRON_PAGER=less | true | less",
            })
    void isAsTheEnvironmentSays(String environment, boolean colours, String pager) {
        Map<String, String> variables = variables(environment);

        Terminal terminal = Terminal.of(true, variables);

        assertEquals(new Terminal(true, colours, Optional.of(pager).filter(p -> !p.isEmpty())), terminal);
        assertEquals(Terminal.NONE, Terminal.of(false, variables), "in a pipe");
    }

    private static Map<String, String> variables(String environment) {
        Map<String, String> variables = new HashMap<>();
        Arrays.stream(environment.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split("=", 2))
                .forEach(word -> variables.put(word[0], word[1]));
        return variables;
    }

    @Test
    void theUsualPagerIsLessWhereThereIsOne() throws IOException {
        Map<String, String> variables = variables("TERM=xterm PATH=/nonexistent:" + folder);
        assertEquals(Optional.empty(), Terminal.of(true, variables).pager());

        Files.createFile(
                folder.resolve("less"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        assertEquals(Optional.of("less"), Terminal.of(true, variables).pager());
    }

    @Test
    void longOutputGoesThroughThePagerWithColours() throws IOException {
        Path seen = folder.resolve("seen");
        Terminal terminal = new Terminal(true, true, Optional.of("{ echo \"$LESS $LV\"; cat; } > '" + seen + "'"));
        ByteArrayOutputStream direct = new ByteArrayOutputStream();

        terminal.page(new PrintWriter(direct, true, StandardCharsets.UTF_8), out -> {
            Table table = new Table("A", "B");
            table.row(Style.BAD, "one", "hostile\u001b[2J");
            table.row("two", "x");
            table.print(out);
        });

        assertEquals("", direct.toString(StandardCharsets.UTF_8));
        String shown = Files.readString(seen);
        assertTrue(shown.contains("\u001b[1mA"), shown);
        assertTrue(shown.contains("\u001b[31mone  hostile\\u001b[2J\u001b[0m\n"), shown);
        assertTrue(shown.endsWith("\ntwo  x\n"), shown);
    }

    /** Its user has seen enough: no reason to complain. */
    @Test
    void aPagerThatEndsEarlyEndsTheOutput() {
        Terminal terminal = new Terminal(true, false, Optional.of("true"));
        PrintWriter direct = new PrintWriter(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        terminal.page(direct, out -> {
            for (int i = 0; i < 100_000 && !out.checkError(); i++) {
                out.println("line " + i);
            }
        });
    }

    @Test
    void withoutAPagerItGoesWhereItWould() {
        ByteArrayOutputStream direct = new ByteArrayOutputStream();
        Terminal.NONE.page(new PrintWriter(direct, true, StandardCharsets.UTF_8), out -> out.println("x"));
        assertEquals("x\n", direct.toString(StandardCharsets.UTF_8));
    }
}
