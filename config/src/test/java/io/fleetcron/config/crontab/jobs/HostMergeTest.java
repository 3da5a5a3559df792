package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Equal lines of several hosts. */
class HostMergeTest {

    /** Hosts {@code a}, {@code b}, … with these system crontabs. */
    private static ImportResult hosts(String... crontabs) {
        List<HostCrontabs> hosts = new ArrayList<>();
        for (String crontab : crontabs) {
            String name = Character.toString('a' + hosts.size());
            hosts.add(new HostCrontabs(name, List.of(Fixtures.table(Kind.SYSTEM, crontab)), Map.of(), Fixtures.HOST));
        }
        return CrontabImport.of(hosts);
    }

    private static Job only(ImportResult imported) {
        assertEquals(1, imported.jobs().size(), imported.yaml());
        return imported.jobs().get(0);
    }

    @Test
    void aLineOfAllHostsIsOneJobOfEvery() throws IOException {
        String line = "*/5 * * * * root /opt/app/tick\n";

        ImportResult imported = hosts(line, "# a remark\n\n" + line.replace(" root", "\troot"), line);
        Job job = only(imported);
        assertEquals(RunOn.EVERY, job.placement().runOn());
        assertEquals(List.of(), job.placement().hosts());
        assertTrue(!job.placement().sure());
        assertTrue(imported.yaml().contains("    # its line stood on all 3 hosts.\n"), imported.yaml());
        assertTrue(
                imported.yaml().contains("run_on: every # decide: unsure: each of the 3 hosts ran it; `one` if"),
                imported.yaml());
        JobDefinition loaded =
                Objects.requireNonNull(Fixtures.load(imported.yaml()).get(job.name()));
        assertTrue(loaded.policy().placement().isAnywhere());
    }

    /** The newsletter that goes out ten times. */
    @Test
    void aLineOfAllHostsThatLooksLikeTheFleetsIsADecision() {
        String line = "@daily app /opt/shop/send-newsletter\n";

        Job job = only(hosts(line, line, line));

        assertEquals(RunOn.ONE, job.placement().runOn());
        assertTrue(!job.placement().sure());
        assertTrue(
                job.placement().reason().startsWith("each of the 3 hosts ran it, but by its name"),
                job.placement().reason());
        assertEquals(1, job.decisions());
    }

    @Test
    void aLineOfSomeHostsStaysThere() throws IOException {
        String line = "@daily root /usr/sbin/raid-check\n";

        ImportResult imported = hosts(line, "", line);

        Job job = only(imported);
        assertEquals(List.of("a", "c"), job.placement().hosts());
        assertEquals(0, job.decisions());
        assertTrue(imported.yaml().contains("    # its line stood on a, c of 3 hosts.\n"), imported.yaml());
        JobDefinition loaded =
                Objects.requireNonNull(Fixtures.load(imported.yaml()).get(job.name()));
        assertTrue(loaded.policy().placement().allows("c", Map.of()));
        assertTrue(!loaded.policy().placement().allows("b", Map.of()));
    }

    @Test
    void aLineOfOneHostStaysThereAndIsNoDecision() {
        Job own = only(hosts("@daily root /usr/sbin/raid-check\n", ""));
        Job fleets = only(hosts("", "@daily root pg_dump shop\n"));
        Job unknown = only(hosts("", "@daily root /opt/app/tick\n"));

        assertEquals(RunOn.EVERY, own.placement().runOn());
        assertEquals(RunOn.ONE, fleets.placement().runOn());
        assertEquals(RunOn.ONE, unknown.placement().runOn());
        assertEquals(List.of("b"), unknown.placement().hosts());
        assertEquals(0, own.decisions() + fleets.decisions() + unknown.decisions());
    }

    @Test
    void whatIsNotEqualIsNotOneJob() {
        String line = "@daily root /opt/x\n";

        for (String other : List.of(
                "@hourly root /opt/x\n",
                "@daily www-data /opt/x\n",
                "@daily root /opt/x -v\n",
                "A=1\n@daily root /opt/x\n",
                "MAILTO=ops\n@daily root /opt/x\n",
                "CRON_TZ=UTC\n@daily root /opt/x\n",
                "@daily root /opt/x%in\n")) {
            assertEquals(2, hosts(line, other).jobs().size(), other);
        }
    }

    /** crond ran it twice on one host, and so do two jobs. */
    @Test
    void aLineThatStandsTwiceOnAHostIsTwoJobs() {
        String line = "@daily root /opt/x\n";

        ImportResult imported = hosts(line + line, line);

        assertEquals(
                List.of(List.of(), List.of("a")),
                imported.jobs().stream().map(job -> job.placement().hosts()).toList());
    }

    @Test
    void differencesStandSideBySide() {
        String other = "@weekly root /opt/other\n";
        ImportResult imported = hosts(
                "1 2 * * * root /opt/backup --all\n" + other,
                other + "1 3 * * * root /opt/backup --all\n",
                other + "1 2 * * * root /opt/backup --all\n");

        assertEquals(
                List.of("backup", "backup-b", "other"),
                imported.jobs().stream().map(Job::name).toList());
        String yaml = imported.yaml();
        assertTrue(
                yaml.contains("# it differs between hosts; on b alone of 3 hosts: 1 3 * * * root /opt/backup --all.\n"),
                yaml);
        assertTrue(
                yaml.contains("# it differs between hosts; on a, c of 3 hosts: 1 2 * * * root /opt/backup --all.\n"),
                yaml);
    }

    /** The same hour of the wall clock is another time. */
    @Test
    void aLineInTwoTimeZonesIsTwoJobsThatShowEachOther() {
        String line = "0 3 * * * root /opt/backup\n";

        ImportResult imported = hosts("CRON_TZ=UTC\n" + line, "CRON_TZ=Asia/Tokyo\n" + line, "CRON_TZ=UTC\n" + line);

        assertEquals(
                List.of("UTC", "Asia/Tokyo"),
                imported.jobs().stream().map(Job::timezone).toList());
        String yaml = imported.yaml();
        assertTrue(
                yaml.contains("# it differs between hosts; on b alone of 3 hosts: 0 3 * * * root /opt/backup"
                        + " (in time zone Asia/Tokyo).\n"),
                yaml);
        assertTrue(yaml.contains("on a, c of 3 hosts: 0 3 * * * root /opt/backup (in time zone UTC).\n"), yaml);
    }

    /** The newsletter that ten hosts send at ten times. */
    @Test
    void whatTheFleetNeedsOnceAndHostsRanAtDifferentTimesIsADecision() {
        ImportResult fleets = hosts("0 6 * * * app /opt/send-newsletter\n", "5 6 * * * app /opt/send-newsletter\n");

        assertEquals(2, fleets.jobs().size());
        assertEquals(2, fleets.decisions());
        assertTrue(
                fleets.yaml().contains("run_on: one # decide: this host ran it, and at other times b, but by its name"),
                fleets.yaml());
        assertEquals(
                0,
                hosts("0 6 * * * root /usr/sbin/logrotate\n", "5 6 * * * root /usr/sbin/logrotate\n")
                        .decisions());
        assertEquals(
                0,
                hosts("0 6 * * * app /opt/send-newsletter a\n", "5 6 * * * app /opt/send-newsletter b\n")
                        .decisions());
    }

    @Test
    void whatComesEveryHourComesAtTheSameTimesInZonesWholeHoursApart() {
        for (String times : List.of("*/5 * * * *", "17 * * * *", "@hourly", "@reboot")) {
            String line = times + " root /opt/x\n";

            assertEquals(
                    1,
                    hosts("CRON_TZ=UTC\n" + line, "CRON_TZ=Asia/Tokyo\n" + line)
                            .jobs()
                            .size(),
                    times);
        }
        String hourly = "17 * * * * root /opt/x\n";
        assertEquals(
                2,
                hosts("CRON_TZ=UTC\n" + hourly, "CRON_TZ=Asia/Kolkata\n" + hourly)
                        .jobs()
                        .size());
        assertEquals(
                2,
                hosts("CRON_TZ=Australia/Sydney\n" + hourly, "CRON_TZ=Australia/Lord_Howe\n" + hourly)
                        .jobs()
                        .size());
    }

    @Test
    void aDifferenceThatIsNotInTheLineIsNamed() {
        String line = "@daily root /opt/x\n";

        String yaml = hosts("A=1\nC=3\n" + line, "A=2\nSHELL=/bin/bash\nMAILTO=ops\n" + line)
                .yaml();

        assertTrue(
                yaml.contains("on b alone of 2 hosts: @daily root /opt/x"
                        + " (with A=2; without C; with other mail; in shell /bin/bash).\n"),
                yaml);
    }

    @Test
    void commentsAndLinesWithoutAJobAreKeptOnce() {
        String text = "# Of the company\n\n@daily root /opt/x\n";

        String yaml = hosts(text, text, text).yaml();

        assertEquals(2, yaml.split("# Of the company", -1).length, yaml);
    }

    @Test
    void whatIsRefusedIsNamedForEachHost() {
        ImportResult imported = hosts("61 * * * * root x\n", "61 * * * * root x\n");

        assertEquals(2, imported.refused().size() + imported.dropped().size());
    }

    /** Who decides it of one of them has decided it. */
    @Test
    void theSameQuestionOfOverlapIsAskedOnce() {
        String line = "*/5 * * * * app /opt/tick";

        ImportResult same = hosts(line + " a\n", line + " b\n", line + " c\n");
        ImportResult other = hosts(line + " a\n", "*/10 * * * * app /opt/tick b\n");

        assertEquals(1, same.decisions(), same.yaml());
        assertEquals(
                2,
                same.yaml().split("    overlap: skip # as is decided for the first of these jobs, above\n", -1).length
                        - 1,
                same.yaml());
        assertEquals(2, other.decisions(), "ten minutes are another question than five");
    }

    /** That a line stood on the only host there is tells nothing about others. */
    @Test
    void theOnlyHostIsNoHint() {
        ImportResult imported = hosts("@daily root /opt/tick\n");

        assertEquals(1, imported.decisions(), imported.yaml());
        assertTrue(only(imported).placement().reason().startsWith("unsure: nothing in it says"), imported.yaml());
        assertTrue(!imported.yaml().contains("its line stood"), imported.yaml());
    }
}
