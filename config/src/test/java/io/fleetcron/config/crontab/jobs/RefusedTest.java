package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that cannot become jobs: kept as comments with their place and the reason, and the rest goes through. */
class RefusedTest {

    private static void refused(ImportResult imported, String line, String reason) throws IOException {
        assertEquals(1, imported.refused().size(), imported.yaml());
        assertTrue(
                imported.refused().get(0).reason().contains(reason),
                imported.refused().get(0).reason());
        assertTrue(imported.yaml().contains("# refused: " + line), imported.yaml());
        assertTrue(imported.yaml().contains("# crontab:2: refused: "), imported.yaml());
        assertEquals(1, Fixtures.load(imported.yaml()).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "61 * * * * x; \"61\" is not a valid minute",
                "* 24 * * * x; \"24\" is not a valid hour",
                "5/20 * * * * x; `5/20` is not a valid minute for crond",
                "H * * * * x; `H` is not a valid minute for crond",
                "0 0 L * * x; `L` is not a valid day of month for crond",
                "0 0 * * 5#2 x; `5#2` is not a valid day of week for crond",
                "0 0 * * monday x; `monday` is not a valid day of week",
                "0 22-2 * * * x; runs backwards",
                "0 0 31 2 * x; never fires",
                "*/0 * * * * x; is not a valid step",
                "0,,5 * * * * x; `` is not a valid minute",
                "* * * * *; the command is missing",
                "* * * * * %input; the command is missing",
                "* * * *; neither five time fields and a command",
                "@dayly x; crond does not know @dayly",
                "@DAILY x; crond does not know @DAILY",
                "@daily; the command is missing",
                "hello; neither five time fields",
                "my-var=1; my-var",
                "FLEETCRON_TOKEN=1; belong to fleetcron",
            })
    void inAUsersCrontab(String line, String reason) throws IOException {
        refused(Fixtures.user("@daily /opt/good\n" + line + "\n"), line, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "* * * * * root; has a user before the command",
                "* * * * *; has a user before the command",
                "* * * * * -x /opt/a; the user `-x`",
                "* * * * * root:wheel /opt/a; the user `root:wheel`"
            })
    void inASystemCrontab(String line, String reason) throws IOException {
        refused(Fixtures.system("@daily root /opt/good\n" + line + "\n"), line, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0 5 x run; `0` is not a valid period",
                "367 5 x run; `367` is not a valid period",
                "@fortnightly 5 x run; is not a valid period",
                "1 5 x; neither a period, a delay",
            })
    void inAnAnacrontab(String line, String reason) throws IOException {
        CronTable table = Fixtures.table(Kind.ANACRON, "1 1 good /opt/good\n" + line + "\n");
        refused(CrontabImport.of(List.of(table), Map.of(), Fixtures.HOST), line, reason);
    }

    @Test
    void linesThatOnlySeemToHaveATimeOfAnotherKind() throws IOException {
        refused(Fixtures.user("@daily /opt/good\n0 0 2 * * * cmd\n"), "0 0 2 * * * cmd", "six time fields");
        refused(
                Fixtures.system("@daily root /opt/good\n0 0 2 * * * root x\n"),
                "0 0 2 * * * root x",
                "six time fields");
        refused(Fixtures.user("@daily /opt/good\n@daily * x\n"), "@daily * x", "begins with `*`");
        refused(
                Fixtures.user("@daily /opt/good\n*5 * * * * x\n"),
                "*5 * * * * x",
                "Debian's cron reads `*` and passes over the rest");
        refused(
                Fixtures.user("@daily /opt/good\n5;35 * * * * x\n"),
                "5;35 * * * * x",
                "Debian's cron reads `5` and passes over the rest");
    }

    @Test
    void variablesThatMakeTheLineUnusable() throws IOException {
        refused(
                Fixtures.user("CRON_TZ=Mars/Base\n@daily /opt/a\nCRON_TZ=UTC\n@daily /opt/b\n"),
                "@daily /opt/a",
                "Mars");
        refused(
                Fixtures.user("SHELL=bash\n@daily /opt/a\nSHELL=/bin/sh\n@daily /opt/b\n"),
                "@daily /opt/a",
                "absolute");
        refused(Fixtures.user("HOME=here\n@daily /opt/a\nHOME=/here\n@daily /opt/b\n"), "@daily /opt/a", "absolute");
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        byte[] bytes = "@daily /opt/good\n@daily echo caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
        CronTable table = CronTable.of("crontab", Kind.USER, Optional.empty(), bytes);

        refused(CrontabImport.of(List.of(table), Map.of(), Fixtures.HOST), "@daily echo caf\u00e9", "not UTF-8");
    }

    @Test
    void aNulAndALineThatIsTooLong() throws IOException {
        refused(Fixtures.user("@daily /opt/good\n@daily a\0b\n"), "@daily a\\u0000b", "NUL");
        refused(Fixtures.user("@daily /opt/good\n@daily " + "a".repeat(101_000) + "\n"), "@daily aaa", "longer");
    }
}
