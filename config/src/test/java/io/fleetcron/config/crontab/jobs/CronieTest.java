package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.crontab.CronFiles;
import io.fleetcron.config.crontab.Crond;
import io.fleetcron.config.crontab.CrontabSources;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What cronie runs becomes a job, and nothing else does. Each row was given to crond 1.7.2, built from its sources, which then
 * ran for three minutes; {@code ran} is the end of the commands that it started in each of them, in order.
 */
class CronieTest {
    private static final String GOOD = "* * * * * run.";

    @TempDir
    Path root;

    private static Arguments of(String what, String crontab, String... ran) {
        return Arguments.of(what, crontab.replace("GOOD", GOOD), List.of(ran));
    }

    static Stream<Arguments> usersCrontabs() {
        return Stream.of(
                of("a bad line alone is left out", "GOODa\n61 * * * * run.b\nGOODc\n", "a", "c"),
                of("words", "GOODa\nthis is not a line\nGOODc\n", "a", "c"),
                of("a line that is too short", "* * *\nGOODa\n", "a"),
                of("CR LF", "GOODa\r\n", "a"),
                of("CR alone", "GOODa\n\r\nGOODb\n", "a", "b"),
                of("no line end after a command", "GOODa\nGOODb", "a"),
                of("no line end after a variable", "GOODa\nFOO=bar", "a"),
                of("no line end after a comment", "GOODa\n# end", "a"),
                of("MAILTO without quotes", "MAILTO=\nGOODa\n", "a"),
                of("a command of 5,000 characters", "GOODa " + "#".repeat(5_000) + "\n", "a " + "#".repeat(5_000)),
                of("a star and a number", "*5 * * * * run.a\nGOODb\n", "b"),
                of("a semicolon", "0-59;35 * * * * run.a\nGOODb\n", "b"),
                of("six fields", "* * * * * * run.a\nGOODb\n", "b"),
                of("a step of nothing", "*/0 * * * * run.a\n0/1 * * * * run.b\n0-59/1 * * * * run.c\n", "c"),
                of("macros", "@minutely run.a\n@REBOOT run.b\n@reboot run.c\n", "c"),
                of("a form feed", "*\f* * * * run.a\nGOODb\n", "b"),
                of("no command", "* * * * *   \n* * * * *\nGOODa\n", "a"),
                of(
                        "names",
                        "* * * nov SAT run.a\n* * * november * run.b\n* nov * * * run.c\n* * * * 1-sat run.d\n",
                        "a",
                        "d"),
                of("days over Sunday", "* * * * fri-sun run.a\n* * * * 5-0 run.b\n* * * * 8 run.c\n", "a", "b"),
                of("days that run backwards never come", "* * * * sat-fri run.a\n* * * * 6-1 run.b\n"),
                of("tabs", "\t*\t* * * *\trun.a\n", "a"),
                of("a byte order mark", "\uFEFFGOODa\nGOODb\n", "b"),
                of("a quote left open", "A=\"b\nGOODa\n", "a"),
                of("a hyphen, which is root's alone", "-GOODa\nGOODb\n", "b"),
                of("options", "* * * * * -n run.a\n* * * * * -q run.b\n* * * * * -s run.c\n* * * * * -x run.d\n", "a"),
                of("1,000 variables", "V=x\n".repeat(1_000) + "GOODa\n", "a"),
                of("more", "V=x\n".repeat(1_001) + "GOODa\n"),
                of("more than 10,000 entries", "0 0 1 1 * true\n".repeat(10_001) + "GOODa\n"),
                of("more than 32 KiB of comments", "GOODa\n" + ("#" + "-".repeat(40) + "\n").repeat(900) + "GOODb\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("usersCrontabs")
    void whatItRunsOfAUsersCrontab(String what, String crontab, List<String> ran) throws IOException {
        write("var/spool/cron/alice", "rw-------", crontab);

        assertEquals(ran, imported(), what);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("var/spool/cron/alice", "rw-r--r--", true),
                Arguments.of("var/spool/cron/alice", "r--------", true),
                Arguments.of("var/spool/cron/alice", "rw-rw-r--", false),
                Arguments.of("var/spool/cron/alice", "rwx------", false),
                Arguments.of("var/spool/cron/ghost", "rw-------", false),
                Arguments.of("var/spool/cron/homeless", "rw-------", false),
                Arguments.of("etc/cron.d/a", "r--r--r--", true),
                Arguments.of("etc/cron.d/a", "rwxr-xr-x", false),
                Arguments.of("etc/cron.d/a", "rw-rw-rw-", false),
                Arguments.of("etc/cron.d/a.b", "rw-r--r--", true),
                Arguments.of("etc/cron.d/a.dpkg-old", "rw-r--r--", true),
                Arguments.of("etc/cron.d/a.swp", "rw-r--r--", true),
                Arguments.of("etc/cron.d/a,v", "rw-r--r--", true),
                Arguments.of("etc/cron.d/a.cfsaved", "rw-r--r--", true),
                Arguments.of("etc/cron.d/a.rpmsave", "rw-r--r--", false),
                Arguments.of("etc/cron.d/a.rpmnew", "rw-r--r--", false),
                Arguments.of("etc/cron.d/a~", "rw-r--r--", false),
                Arguments.of("etc/cron.d/.a", "rw-r--r--", false),
                Arguments.of("etc/cron.d/#a", "rw-r--r--", false));
    }

    @ParameterizedTest
    @MethodSource("files")
    void whichFilesItReads(String file, String mode, boolean ran) throws IOException {
        write(file, mode, file.startsWith("etc") ? "* * * * * root run.x\n" : GOOD + "x\n");

        assertEquals(ran ? List.of("x") : List.of(), imported());
    }

    @Test
    void aUsersFileWithASecondNameIsNotRead() throws IOException {
        write("var/spool/cron/alice", "rw-------", GOOD + "a\n");
        Files.createLink(root.resolve("second"), root.resolve("var/spool/cron/alice"));
        write("etc/cron.d/b", "rw-r--r--", "* * * * * root run.b\n");
        Files.createLink(root.resolve("third"), root.resolve("etc/cron.d/b"));

        assertEquals(List.of("b"), imported(), "in cron.d it does not matter");
    }

    @Test
    void aLineOfAnUnknownUserOrOneWithoutAHomeAloneIsLeftOut() throws IOException {
        write("etc/crontab", "rw-r--r--", """
                * * * * * root run.a
                * * * * * nobodyhere run.b
                * * * * * homeless run.c
                -* * * * * root run.d
                HOME=/lost
                * * * * * root run.e
                HOME=/home
                * * * * * homeless run.f
                """);

        assertEquals(List.of("a", "d", "f"), imported());
        assertEquals(
                List.of(
                        "cronie ignores this line: user `nobodyhere` does not exist",
                        "cronie started nothing: the user's home /gone does not exist",
                        "cronie started nothing: HOME=/lost does not exist"),
                result().refused().stream().map(ImportedItem.Refused::reason).toList());
    }

    private void write(String name, String mode, String text) throws IOException {
        for (String folder : List.of("etc/cron.d", "var/spool/cron", "home")) {
            Files.createDirectories(root.resolve(folder));
        }
        int uid = (int) Files.getAttribute(root, "unix:uid");
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:" + uid + ":0::/home:/bin/sh\nalice:x:" + uid + ":0::/home:/bin/sh\nhomeless:x:" + uid
                        + ":0::/gone:/bin/sh\n");
        Path file = root.resolve(name);
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private ImportResult result() {
        CrontabSources sources = new CronFiles(root, Optional.of(Crond.CRONIE)).system();
        assertTrue(sources.tables().stream().allMatch(table -> table.crond().equals(Optional.of(Crond.CRONIE))));
        return CrontabImport.of(
                sources.tables(),
                sources.folders(),
                new SourceHost(ZoneOffset.UTC, "root", Accounts.of(root, sources.tables())));
    }

    /** What its jobs run, without what all have in common. */
    private List<String> imported() {
        return result().jobs().stream()
                .map(Job::task)
                .map(task -> task.command().replaceFirst("^run\\.", ""))
                .toList();
    }
}
