package io.fleetcron.config.load;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.YamlText;
import io.fleetcron.config.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that editors use and the loader that decides come to the same verdict. */
class SchemaAgreementTest {
    /** What a schema cannot say, by the start of the bad file's name. The loader refuses these, the schema does not. */
    private static final Map<String, String> BEYOND_A_SCHEMA = Map.ofEntries(
            entry("schedule-hour", "the language of schedules"),
            entry("schedule-plain-hour", "the language of schedules"),
            entry("schedule-four-fields", "the language of schedules"),
            entry("schedule-name", "the language of schedules"),
            entry("schedule-macro", "the language of schedules"),
            entry("schedule-never", "the language of schedules"),
            entry("schedule-list-one-bad", "the language of schedules"),
            entry("schedule-time-of-day", "the language of schedules"),
            entry("every-too-short", "comparing lengths of time"),
            entry("every-fraction", "comparing lengths of time"),
            entry("timeout-huge", "comparing lengths of time"),
            entry("kill-after-huge", "comparing lengths of time"),
            entry("timezone-misspelt", "the time zone database"),
            entry("timezone-case", "the time zone database"),
            entry("main-timezone", "the time zone database"),
            entry("main-job-missing-file", "what is on disk"),
            entry("main-is-its-own-job-file", "what is on disk"),
            entry("main-job-twice", "what is on disk"),
            entry("splay-fraction", "comparing lengths of time"),
            entry("splay-long", "comparing lengths of time"),
            entry("limits-memory-huge", "comparing sizes"),
            entry("reboot-on-one-host", "the language of schedules"),
            entry("reboot-default-run-on", "the language of schedules"),
            entry("umask-digit", "how a number is written: a YAML reader has already made 89 of 089"),
            entry("umask-short", "how a number is written: a YAML reader has already made 22 of 022"),
            entry("except-no-such-day", "the calendar"),
            entry("except-range-backwards", "comparing dates"),
            entry("except-schedule-hour", "the language of schedules"),
            entry("except-schedule-hash", "the language of schedules"),
            entry("except-reboot", "the language of schedules"),
            entry("from-after-until", "comparing times"),
            entry("until-no-such-day", "the calendar"),
            entry("until-no-such-time", "the calendar"),
            entry("retries-on-success", "comparing with what counts as success"),
            entry("retries-on-range-of-successes", "comparing with what counts as success"),
            entry("retries-contradiction", "comparing two lists"),
            entry("retries-contradiction-ranges", "comparing two lists"),
            entry("retries-contradiction-timeout", "comparing two lists"),
            entry("retries-range-down", "comparing numbers"),
            entry("success-on-not-found-range", "comparing numbers"),
            entry("retries-octal", "how a number is written: a YAML reader has already made 10 of 010"),
            entry("enabled-capital", "how a truth value is written: a YAML reader has already made false of False"),
            entry("main-url-host", "the parts of a URL"),
            entry("main-url-escape", "the parts of a URL"),
            entry("main-notify-unknown", "names that are defined elsewhere in the file"),
            entry("main-heartbeat-often", "comparing lengths of time"),
            entry("late-after-huge", "comparing lengths of time"),
            entry("no-success-for-huge", "comparing lengths of time"),
            entry("expected-huge", "comparing lengths of time"),
            entry("notify-repeat-short", "comparing lengths of time"),
            entry("yaml-nul-escape", "characters that no program can be given"),
            entry("yaml-half-surrogate", "characters that no program can be given"));

    private static final List<String> VALUES = List.of(
            "5",
            "-1",
            "0",
            "1.5",
            "300",
            "2048",
            "true",
            "yes",
            "text",
            "\"\"",
            "'  '",
            "[]",
            "[a]",
            "[~]",
            "[[a]]",
            "{}",
            "{a: b}",
            "{a: [b]}",
            "{A-: b}",
            "~",
            "90s",
            "0s",
            "1h30m",
            "30m1h",
            "90",
            "\"5\"",
            "~/x",
            "'~'",
            "1MiB",
            "1MB",
            "9KiB",
            "skip",
            "nfs",
            "all",
            "one",
            "Europe/Berlin",
            "'0 2 * * *'",
            "[/bin/true, 5]",
            "['', a]",
            "{policy: all}",
            "{attempts: 2}",
            "{FLEETCRON_X: 1}",
            "'022'",
            "'0755'",
            "'088'",
            "-20",
            "-21",
            "19",
            "0.01",
            "0.001",
            "root",
            "'EXAMPLE\\anna'",
            "root:root",
            "-root",
            "4294967294",
            "4294967295",
            "/bin/bash",
            "/bin/bash -e",
            "idle",
            "best_effort",
            "best_effort:7",
            "best_effort:8",
            "realtime",
            "none",
            "failure",
            "late",
            "always",
            "ops@example.com",
            "'a@example.com, root'",
            "'a,,b'",
            "'|prog'",
            "{to: root}",
            "{to: [root, ops@example.com], on: output}",
            "{to: []}",
            "{on: always}",
            "{memory: 512MiB, cpu: 0.5}",
            "{cpu: 0}",
            "{tasks: 100}",
            "3",
            "255",
            "256",
            "127",
            "64-78",
            "'64-78'",
            "064-78",
            "64-256",
            "64-",
            "64 - 78",
            "timeout",
            "[3, 64-78]",
            "2026-12-25",
            "' 2026-12-25 '",
            "2026-12-24..2026-12-26",
            "2026-12-24 .. 2026-12-26",
            "2026-12-24..26",
            "2026-12-24 18:00",
            "2026-12-24T18:00:30",
            "20261224",
            "'@daily'",
            "[2026-12-25, '* 0-6 * * *']",
            "{webhook: 'https://x/y', mail: root}",
            "{to: ops, on: [recovery, first_failure], repeat_after: 1h}",
            "https://hc-ping.com/x",
            "'https://hc-ping.com/key/${job}'",
            "'https://x/?a=b'",
            "http://",
            "ftp://x",
            "'http://x y'",
            "'http://[::1]:8080/x'",
            "'${URL}'",
            "'https://${HOST}/x'",
            "http://proxy:3128",
            "http://proxy:65536",
            "http://proxy:0",
            "/a/b.prom",
            "a/b.prom",
            "/.prom",
            "'/a/.prom'",
            "/a/b.prom/",
            "'127.0.0.1:9464'",
            "'127.0.0.1:0'",
            "'127.0.0.256:9464'",
            "'0.0.0.0:65535'",
            "'0.0.0.0:65536'",
            "'[::1]:9464'",
            "'[::]:9464'",
            "'[::2]:9464'",
            "'localhost:9464'",
            "'localhost:09464'",
            "'example.com:9464'",
            "'127.0.0.1'",
            "missed");

    private static final List<String> JOB_LINES = List.of(
            "description: %s",
            "every: %s",
            "timezone: %s",
            "splay: %s",
            "except: %s",
            "except: [%s]",
            "from: %s",
            "until: %s",
            "shell: %s",
            "user: %s",
            "group: %s",
            "env_file: %s",
            "env_file: [%s]",
            "umask: %s",
            "nice: %s",
            "ionice: %s",
            "limits: %s",
            "limits: {memory: %s}",
            "limits: {cpu: %s}",
            "limits: {tasks: %s}",
            "mail: %s",
            "mail: {to: %s}",
            "mail: {to: [%s]}",
            "mail: {to: root, on: %s}",
            "notify: %s",
            "notify: [%s]",
            "notify: {to: %s}",
            "notify: {to: ops, on: %s}",
            "notify: {to: ops, on: [lost, %s]}",
            "notify: {to: ops, repeat_after: %s}",
            "ping: %s",
            "late_after: %s",
            "no_success_for: %s",
            "expected: %s",
            "stdin: %s",
            "command: %s",
            "command: [%s]",
            "command: [x, %s]",
            "working_dir: %s",
            "env: %s",
            "env: {X: %s}",
            "timeout: %s",
            "kill_after: %s",
            "retries: %s",
            "retries: {attempts: %s}",
            "retries: {attempts: 2, delay: %s}",
            "retries: {attempts: 2, backoff: %s}",
            "retries: {attempts: 2, on: %s}",
            "success_on: [1]\n    retries: {attempts: 2, on: [%s]}",
            "retries: {attempts: 2, never: %s}",
            "retries: {attempts: 2, never: [%s, 75]}",
            "success_on: %s",
            "success_on: [0, %s]",
            "overlap: %s",
            "catch_up: %s",
            "catch_up: {policy: %s}",
            "catch_up: {policy: all, within: %s}",
            "tolerance: %s",
            "on_lost: %s",
            "run_on: %s",
            "hosts: %s",
            "hosts: [%s, '!db-9']",
            "labels: %s",
            "labels: {x: %s}",
            "prefer: {x: %s}",
            "run_group: %s",
            "run_group: x\n    run_on: %s",
            "enabled: %s",
            "unknown: %s");

    private static final List<String> MAIN_LINES = List.of(
            "shared_dir: %s",
            "storage: %s",
            "jobs: %s",
            "jobs: [%s]",
            "timezone: %s",
            "instance: %s",
            "labels: %s",
            "labels: {x: %s}",
            "max_running: %s",
            "run_groups: %s",
            "run_groups: {x: %s}",
            "state_dir: %s",
            "output_cap: %s",
            "output_log: %s",
            "lease: %s",
            "keep: %s",
            "sendmail: %s",
            "receivers: %s",
            "receivers: {x: %s}",
            "receivers: {x: {webhook: %s}}",
            "receivers: {x: {webhook: 'http://x', headers: %s}}",
            "receivers: {x: {webhook: 'http://x', headers: {X-Y: %s}}}",
            "receivers: {x: {webhook: 'http://x', body: %s}}",
            "receivers: {x: {webhook: 'http://x', env_file: %s}}",
            "receivers: {x: {webhook: %s, env_file: /x, headers: {X-Y: a}}}",
            "receivers: {x: {command: %s}}",
            "receivers: {x: {command: [%s]}}",
            "receivers: {x: {mail: %s}}",
            "receivers: {x: {mail: root, headers: %s}}",
            "heartbeat: %s",
            "heartbeat: {url: %s}",
            "heartbeat: {url: 'http://x', every: %s}",
            "proxy: %s",
            "metrics: %s",
            "metrics: {textfile: %s}",
            "metrics: {listen: %s}",
            "metrics: {textfile: /x.prom, listen: %s}",
            "reload: %s",
            "defaults: %s",
            "unknown: %s");

    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ConfigSchema.text());

    static Stream<Path> files() throws IOException {
        return Stream.concat(Resources.files("good").stream(), Resources.files("bad").stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void agreeOnEveryFile(Path file) throws IOException {
        ProblemLog log = new ProblemLog(file);
        Optional<YamlValue> root = InMemory.document(Files.readAllBytes(file), log);
        String name = file.getFileName().toString().replace(".yaml", "");
        if (root.isEmpty() || !log.sorted().isEmpty()) {
            assertTrue(name.startsWith("yaml-"), "only a text that is not sound YAML stays outside a schema's reach");
            return;
        }
        boolean loads = new ConfigLoader().validate(List.of(file)).isValid();
        boolean fits = fits(root.get());
        if (BEYOND_A_SCHEMA.containsKey(name)) {
            assertFalse(loads, "the loader refuses it");
            assertTrue(fits, "the schema accepts it; if not, strike it from the list");
        } else {
            assertEquals(loads, fits, "loader and schema");
        }
    }

    @Test
    void everyExceptionIsAFile() throws IOException {
        List<String> names = Resources.files("bad").stream()
                .map(f -> f.getFileName().toString().replace(".yaml", ""))
                .toList();
        assertTrue(names.containsAll(BEYOND_A_SCHEMA.keySet()), "exceptions without a file");
    }

    @Test
    void agreeOnEveryKeyWithEveryKindOfValue() {
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (String text : crossed()) {
            ProblemLog log = new ProblemLog(Path.of("x.yaml"));
            YamlValue root = YamlText.parse(text, log).orElseThrow(() -> new AssertionError(text));
            if (InMemory.isValid(text) != fits(root)) {
                differences.add(text);
            }
            compared++;
        }
        int all = compared;
        assertAll(
                () -> assertEquals("", String.join("\n", differences), "texts on which loader and schema differ"),
                () -> assertTrue(all > 1000, "few texts were compared"));
    }

    private static List<String> crossed() {
        List<String> texts = new ArrayList<>();
        for (String value : VALUES) {
            for (String line : JOB_LINES) {
                if (!isZoneName(line, value) && !isBareUmask(line, value)) {
                    texts.add("jobs:\n  x:\n    " + String.format(Locale.ROOT, line, value)
                            + (line.startsWith("command") ? "" : "\n    command: /bin/true")
                            + (line.startsWith("every") ? "" : "\n    schedule: '0 2 * * *'"));
                }
            }
            for (String line : MAIN_LINES) {
                if (!isZoneName(line, value)) {
                    texts.add(String.format(Locale.ROOT, line, value)
                            + (line.startsWith("shared_dir") ? "" : "\nshared_dir: /mnt/fleet"));
                }
            }
        }
        return texts;
    }

    /** A schema knows the shape of zone names, not which exist. */
    private static boolean isZoneName(String line, String value) {
        return line.startsWith("timezone") && Character.isLetterOrDigit(value.charAt(0));
    }

    /** A YAML reader of editors has already made 22 of 022. */
    private static boolean isBareUmask(String line, String value) {
        return line.startsWith("umask") && Character.isDigit(value.charAt(0));
    }

    private boolean fits(YamlValue root) {
        return schema.validate(JsonText.of(root), InputFormat.JSON).isEmpty();
    }
}
