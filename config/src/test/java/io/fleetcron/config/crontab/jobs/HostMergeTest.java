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
}
