package io.fleetcron.config.crontab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of a line, one by one. */
class LinePartsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            emptyValue = "",
            value = {
                "A=b | A | b",
                "  A = b  | A | b",
                "A='b c ' | A | b c_",
                "\"A\"=\"b'c\" | A | b'c",
                "A=b # c | A | b # c",
                "A=b \"c\" | A | b \"c\"",
                "A=$HOME/x | A | $HOME/x",
                "A=b=c | A | b=c",
                "A= | A | ~~",
                "A=\"\" | A | ~~",
            })
    void assignment(String line, String name, String value) {
        assertEquals(Optional.of(new Assignment(name, value.replace('_', ' '))), Assignment.read(line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"0 5 * * * A=b c", "=b", "A", "A='b", "A='b' c", "'A=b", "''=b", "A B=c", "@daily A=b"})
    void noAssignment(String line) {
        assertEquals(Optional.empty(), Assignment.read(line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "date +\\%F | date +%F | -",
                "a%b | a | b/",
                "a%b%c | a | b/c/",
                "a%b%% | a | b//",
                "a% | a | -",
                "a%% | a | /",
                "a\\\\%b | a\\\\ | b/",
                "a\\b%c\\d | a\\b | c\\d/",
                "a%b\\%c | a | b%c/",
                "a%b\\\\%c | a | b\\%c/",
            })
    void percent(String rest, String command, String stdin) {
        assertEquals(
                new CommandText(command, Optional.of(stdin.replace('/', '\n')).filter(text -> !text.equals("-"))),
                CommandText.of(rest, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "0~30 1 * * * | H(0-30) 1 * * *",
                "~ ~ ~ ~ ~ | H H H H H",
                "~10 5~ * * * | H(0-10) H(5-23) * * *",
                "0~9,30~39 * * * * | H(0-9),H(30-39) * * * *",
                "~/15 * * * mon~fri | H/15 * * * H(mon-fri)",
                "0-59/2 */4 1,15 JAN-mar sun | 0-59/2 */4 1,15 JAN-mar sun",
            })
    void times(String fields, String expression) throws RefusedLine {
        assertEquals(expression, CronTimes.fields(List.of(fields.split(" "))));
    }

    @Test
    void debiansCronMakesOneBackslashOfTwo() {
        assertEquals("a\\b", CommandText.of("a\\\\b", true).command());
        assertEquals("a\\\\b", CommandText.of("a\\\\b", false).command());
        assertEquals(new CommandText("a\\", Optional.of("b\n")), CommandText.of("a\\\\%b", true));
        assertEquals("a%b\\c", CommandText.of("a\\%b\\c", true).command());
    }

    @Test
    void onlyALineEndEndsALine() {
        String odd = "# a\u2028b\u0085c\fd\u000be\n@daily x\n";

        List<TextLine> lines = TextLine.split(odd.getBytes(StandardCharsets.UTF_8));

        assertEquals(List.of(1, 2), lines.stream().map(TextLine::number).toList());
        assertEquals("@daily x", lines.get(1).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "0 1 * * * root /opt/x/@daily www-data php y | root, www-data",
                "MAILTO=x/# c/*/5 * * * * nobody cd / && x | nobody",
                "0 1 * * * root /opt/x/0 2 * * * /opt/y | -",
                "0 1 * * * root | -",
                "0 1 * * * mysql -e x | -",
                "MAILTO=x | -",
            })
    void aColumnOfUsers(String lines, String users) {
        byte[] bytes = lines.replaceAll("/(?=[@#0*])", "\n").getBytes(StandardCharsets.UTF_8);

        assertEquals(Optional.of(users).filter(u -> !u.equals("-")), UserColumn.in(TextLine.split(bytes)));
    }
}
