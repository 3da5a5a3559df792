package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.schedule.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionHashTest {
    private static final String BASE = "schedule: '0 2 * * *', command: /bin/true, env: {A: 1, B: 2}";

    @Test
    void theHashesNeverChange() {
        // Hosts of different versions compare them: new values here mean a fleet that warns during an upgrade.
        JobDefinition job = withSchedule(job(BASE), new Named("daily at two"));
        assertEquals("1180857b4c897580", job.scheduleHash());
        assertEquals("7d54f533a38f9e32", job.definitionHash());
    }

    /** Else every job would differ from itself while a fleet is upgraded. */
    @Test
    void keysThatSayWhatHoldsAnywayDoNotCount() {
        assertEquals(
                job(BASE + ", retries: {attempts: 2}").definitionHash(),
                job(BASE + ", notify: none, ping: none, late_after: none, no_success_for: none, expected: none,"
                                + " success_on: [0], retries: {attempts: 2, on: [0-255, timeout]}")
                        .definitionHash());
    }

    @Test
    void placeDescriptionOrderAndNotationDoNotCount() {
        JobDefinition same =
                job("env: {B: '2',\n A: '1'}, description: other words, command: \"/bin/true\", schedule: '0 2 * * *'");
        assertEquals(job(BASE).definitionHash(), same.definitionHash());
        assertEquals(job(BASE).scheduleHash(), same.scheduleHash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timezone: Europe/Berlin",
                "splay: 5m",
                "shell: /bin/bash",
                "user: www-data",
                "group: adm",
                "working_dir: /srv",
                "env_file: /etc/default/x",
                "env_file: [/etc/default/x, /etc/default/y]",
                "stdin: some text",
                "umask: 027",
                "nice: 5",
                "ionice: idle",
                "ionice: best_effort:7",
                "limits: {memory: 512MiB}",
                "limits: {cpu: 0.5}",
                "limits: {tasks: 100}",
                "mail: {to: root}",
                "mail: {to: [root, anna]}",
                "mail: {to: root, on: output}",
                "notify: ops",
                "notify: {to: ops, on: recovery}",
                "notify: {to: ops, repeat_after: 1h}",
                "ping: https://hc-ping.com/x",
                "late_after: 10m",
                "no_success_for: 26h",
                "expected: 30m",
                "hosts: db-*",
                "hosts: [db-*, '!db-9']",
                "labels: {role: db}",
                "prefer: {role: db}",
                "run_group: warehouse",
                "timeout: 5m",
                "kill_after: 5s",
                "retries: {attempts: 2}",
                "retries: {attempts: 2, delay: 5s}",
                "retries: {attempts: 2, backoff: 1.5}",
                "retries: {attempts: 2, on: [75]}",
                "retries: {attempts: 2, never: [75]}",
                "retries: {attempts: 2, never: [timeout]}",
                "success_on: [0, 3]",
                "from: 2026-12-25",
                "until: 2026-12-25",
                "except: 2026-12-25",
                "except: [2026-12-24..2026-12-25]",
                "except: '* 0-6 * * *'",
                "overlap: queue",
                "catch_up: {policy: all}",
                "catch_up: {policy: all, within: 5m}",
                "tolerance: 5s",
                "on_lost: rerun",
                "run_on: every",
                "enabled: false",
            })
    void everySettingCounts(String setting) {
        assertNotEquals(job(BASE).definitionHash(), job(BASE + ", " + setting).definitionHash());
    }

    @Test
    void everySettingCountsApart() {
        Set<String> hashes = new HashSet<>();
        List<String> variants = List.of(
                "umask: 022",
                "nice: 0",
                "nice: 18",
                "user: '18'",
                "group: '18'",
                "stdin: '18'",
                "ionice: idle",
                "ionice: best_effort",
                "limits: {cpu: 1}",
                "limits: {cpu: 2}",
                "limits: {tasks: 1}",
                "limits: {memory: 1MiB}",
                "env_file: /18",
                "mail: {to: '18'}",
                "mail: {to: '18', on: always}");
        variants.forEach(variant -> hashes.add(job(BASE + ", " + variant).definitionHash()));
        assertEquals(variants.size(), hashes.size());
        assertEquals(
                job(BASE + ", ionice: best_effort, mail: {to: 'a, b'}").definitionHash(),
                job(BASE + ", ionice: best_effort:4, mail: {to: [a, b], on: failure}")
                        .definitionHash());
    }

    @Test
    void commandsAndEnvironmentsThatLookAlikeDiffer() {
        Set<String> hashes = new HashSet<>();
        List<String> variants = List.of(
                "every: 5m, command: a b",
                "every: 5m, command: [/bin/sh, -c, a b]",
                "every: 5m, command: [a b]",
                "every: 5m, command: [a, b]",
                "every: 5m, command: [a, b, '']",
                "every: 5m, command: [a, '1:b']",
                "every: 5m, command: [a], env: {A: b}",
                "every: 5m, command: [a], env: {A: '', B: ''}",
                "every: 6m, command: a b");
        variants.forEach(variant -> hashes.add(job(variant).definitionHash()));
        assertEquals(variants.size(), hashes.size());
    }

    @Test
    void onlyWhenItFiresCountsForTheSchedule() {
        assertEquals(
                job(BASE).scheduleHash(),
                job(BASE + ", timeout: 5m, overlap: queue").scheduleHash());
        assertNotEquals(job(BASE).scheduleHash(), job(BASE + ", enabled: false").scheduleHash());
        assertNotEquals(
                job(BASE).scheduleHash(),
                job(BASE + ", timezone: Europe/Berlin").scheduleHash());
        assertTrue(job(BASE).scheduleHash().matches("[0-9a-f]{16}"));
    }

    private static JobDefinition job(String keys) {
        List<JobDefinition> jobs = InMemory.jobs(("jobs: {x: {" + keys + "}}").getBytes(StandardCharsets.UTF_8));
        assertEquals(1, jobs.size(), keys);
        return jobs.get(0);
    }

    /** A schedule with a canonical form that no change to the language of schedules moves. */
    private record Named(String canonical) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.empty();
        }
    }

    private static JobDefinition withSchedule(JobDefinition job, Schedule schedule) {
        return new JobDefinition(
                job.name(),
                job.description(),
                schedule,
                job.timezone(),
                job.command(),
                job.environment(),
                job.policy(),
                job.enabled(),
                job.source());
    }
}
