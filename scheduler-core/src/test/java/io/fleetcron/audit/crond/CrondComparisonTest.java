package io.fleetcron.audit.crond;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.audit.crond.CrondComparison.Covered;
import io.fleetcron.audit.crond.CrondReport.Count;
import io.fleetcron.audit.crond.CrondReport.Difference;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What crond and a fleet have started, and what only one of them has. Times are seconds of one day. */
final class CrondComparisonTest {

    private static final Covered ALL = new Covered(Lines.at(0), Lines.at(86_399));

    @TempDir
    private Path folder;

    private FleetConfig config;

    @BeforeEach
    void write() throws IOException {
        Path main = Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  one: {schedule: "0 * * * *", user: root, command: "backup --all"}
                  every: {schedule: "0 * * * *", user: root, run_on: every, command: "clean $(date +%F)"}
                  bobs: {schedule: "0 * * * *", user: bob, command: "backup --all"}
                  web1: {schedule: "0 * * * *", user: root, hosts: [web1], command: "same"}
                  web2: {schedule: "30 * * * *", user: root, hosts: [web2], command: "same"}
                  rotate: {schedule: "25 6 * * *", user: root, run_on: every, command: /etc/cron.daily/logrotate}
                  update: {schedule: "25 6 * * *", user: root, run_on: every, command: /etc/cron.daily/man-db}
                """);
        config = new ConfigLoader().load(main).config().orElseThrow();
    }

    /** Crond's starts as {@code host second user command;…}, the fleet's as {@code job second host;…}. */
    private CrondReport compare(String crond, String fleet, Map<String, Covered> logs) {
        List<HistoryLine> history = new ArrayList<>();
        for (String[] words : words(fleet)) {
            int second = Integer.parseInt(words[1]);
            history.add(
                    words[2].equals("missed")
                            ? Lines.missed(words[0], second, second, 1, second + 90)
                            : Lines.ran(words[0], second, 1, words[2]));
        }
        CrondComparison comparison = new CrondComparison(
                config.jobs().values(), history, instance -> instance, Lines.at(0), Lines.at(86_400));
        for (String[] words : words(crond)) {
            Instant at = Lines.at(Integer.parseInt(words[1]));
            comparison.started(words[0], new CrondStart(at, words[2], words[3]));
        }
        return comparison.report(logs, true);
    }

    private static List<String[]> words(String text) {
        return Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .map(item -> item.split(" ", 4))
                .toList();
    }

    private static String counted(CrondReport report) {
        return report.jobs().entrySet().stream()
                .filter(job -> !job.getValue().equals(Count.NONE))
                .map(job -> job.getKey() + " " + job.getValue().both() + "/"
                        + job.getValue().crond() + "/" + job.getValue().fleet() + "/"
                        + job.getValue().further())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '~',
            value = {
                // crond § fleet § both/crond alone/fleet alone/further
                "web1 1 root backup --all § one 0 web2 § one 1/0/0/0",
                "web1 59 root backup --all § one 0 web1 § one 1/0/0/0",
                "web1 60 root backup --all § one 0 web1 § one 0/1/1/0",
                "web1 1 root backup --all; web2 2 root backup --all § one 0 web2 § one 1/0/0/1",
                "web1 1 root backup --all; web1 3 root backup --all § one 0 web2 § one 1/1/0/0",
                "web1 1 bob backup --all § bobs 0 web2 § bobs 1/0/0/0",
                "web1 1 bob backup --all § one 0 web2 § bobs 0/1/0/0 one 0/0/1/0",
                "web1 1 root backup --all § one 0 missed § one 0/1/0/0",
                "web1 1 root clean $(date +%F); web2 1 root clean $(date +%F) § every 0 web1; every 0 web2 § every 2/0/0/0",
                "web1 1 root clean $(date +%F) § every 0 web1; every 0 web2 § every 1/0/1/0",
                "web1 1 root clean $(date +%F); web2 1 root clean $(date +%F) § every 0 web2 § every 1/1/0/0",
                // two jobs of one command: the one of that host and minute
                "web1 1 root same; web2 1801 root same § web1 0 web1; web2 1800 web2 § web1 1/0/0/0 web2 1/0/0/0",
                "web2 1 root same § web1 0 web1 § web1 1/0/0/0",
                "web2 61 root same § web1 0 web1 § web1 0/0/1/0 web2 0/1/0/0",
                // a folder's line became a job for each of its scripts
                "web1 23101 root cd / && run-parts --report /etc/cron.daily § rotate 23100 web1; update 23100 web1 § rotate 1/0/0/0 update 1/0/0/0",
                "web1 23101 root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily ) § rotate 23100 web1 § rotate 1/0/0/0 update 0/1/0/0",
                // outside of the time that is asked about
                "web1 86401 root backup --all § one 86400 web1 § ''",
            })
    void starts(String crond, String fleet, String expected) {
        CrondReport report = compare(crond, fleet, Map.of("web1", ALL, "web2", ALL));
        assertEquals(expected.replace("''", ""), counted(report));
        Count all = report.all();
        assertEquals(all.crond() + all.fleet(), report.differences().size());
        assertEquals(all.crond() + all.fleet() == 0, report.isSame());
    }

    @Test
    void aCommandThatNoJobHasIsNamedOnceForEachHost() {
        CrondReport report = compare(
                "web1 1 root lost; web1 61 root lost; web2 1 root lost; web1 1 eve backup --all",
                "",
                Map.of("web1", ALL, "web2", ALL));
        assertEquals(
                List.of(
                        "web1 2 times, no job of user root has this command: lost",
                        "web2 once, no job of user root has this command: lost",
                        "web1 once, no job of user eve has this command: backup --all"),
                report.differences().stream()
                        .map(it -> it.host() + " " + it.detail())
                        .toList());
        assertTrue(report.differences().stream().allMatch(Difference::byCrond));
    }

    @Test
    void whatNoLogTellsOfIsNotCompared() {
        Covered noon = new Covered(Lines.at(3_000), Lines.at(7_300));
        CrondReport report = compare(
                "",
                "every 0 web1; every 3600 web1; every 3600 web9; one 0 web1; one 7260 web9; web2 3600 web2",
                Map.of("web1", noon));
        assertEquals("every 0/0/1/0", counted(report));
        assertEquals(5, report.uncovered());
    }

    @Test
    void aFireThatTheFleetSettledOtherwiseSaysHow() {
        CrondReport report = compare("web1 1 root backup --all", "one 0 missed", Map.of("web1", ALL));
        assertTrue(report.differences().get(0).detail().startsWith("the fleet has it as missed"));
        assertEquals(Optional.of("one"), report.differences().get(0).job());
    }

    @Test
    void whatIsKeptDoesNotGrowWithTheLog() {
        CrondComparison comparison = new CrondComparison(
                config.jobs().values(), List.of(), instance -> instance, Lines.at(0), Lines.at(86_400));
        for (int i = 0; i < 5_000; i++) {
            comparison.started("web1", new CrondStart(Lines.at(i), "root", "unknown-" + i));
            comparison.started("web1", new CrondStart(Lines.at(i), "root", "backup --all"));
        }
        CrondReport report = comparison.report(Map.of("web1", ALL), true);
        assertEquals(1_000, report.differences().size());
        assertEquals(9_000, report.moreDifferences());
        assertFalse(report.isSame());
    }
}
