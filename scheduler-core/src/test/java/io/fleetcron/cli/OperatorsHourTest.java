package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.option.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten hosts whose crontabs have grown apart over years, imported together: what is left to a person. */
class OperatorsHourTest {

    @TempDir
    private Path folder;

    private final List<String> words = new ArrayList<>(List.of("import"));

    /** The sections of ten-hosts.txt as files below a folder for each host. */
    @BeforeEach
    void hosts() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/ten-hosts.txt"))) {
            List<Path> files = List.of();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .toList()) {
                if (line.startsWith("== ")) {
                    files = begin(line.substring(3));
                    continue;
                }
                for (Path file : files) {
                    String host = folder.relativize(file).getName(0).toString();
                    Files.writeString(
                            file, line.replace("--host @", "--host " + host) + "\n", StandardOpenOption.APPEND);
                }
            }
        }
        for (String host :
                new TreeSet<>(List.of(Objects.requireNonNull(folder.toFile().list())))) {
            words.addAll(List.of("--host", host + "=" + folder.resolve(host)));
        }
    }

    private List<Path> begin(String header) throws IOException {
        boolean program = header.endsWith(" +x");
        String[] parts = header.replace(" +x", "").split(", | (?=\\S*/)");
        List<Path> files = new ArrayList<>();
        for (String host : List.of(parts).subList(0, parts.length - 1)) {
            Path file = folder.resolve(host).resolve(parts[parts.length - 1]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
            files.add(file);
        }
        return files;
    }

    @Test
    void leavesTheDecisionsThatOnlyAPersonCanMake() {
        Cli cli = Cli.run(words.toArray(String[]::new));

        assertEquals(ExitCode.PROBLEM, cli.status(), "one line was refused");
        assertEquals(
                "fleetcron: imported 52 jobs of 105 lines of 10 hosts; 12 decisions open; refused 1 line; 3 files that crond"
                        + " ignored; 5 lines without a job of its own",
                cli.err().lines().reduce((first, last) -> last).orElse(""));
        Map<String, Set<String>> open = new TreeMap<>();
        String job = "";
        for (String line : cli.lines()) {
            if (line.matches("  [a-z0-9][a-z0-9._-]*:")) {
                job = line.strip().replace(":", "");
            } else if (line.contains(" # decide: ")) {
                open.computeIfAbsent(line.strip().split(":")[0], key -> new TreeSet<>())
                        .add(job);
            }
        }
        assertEquals(
                Map.of(
                        // Four shops whose Magento ran the same queue, two hosts that both took work from one queue,
                        // two
                        // databases that were dumped at two times.
                        "run_on",
                        Set.of("queue-worker", "magento", "pg_dumpall", "pg_dumpall-db2"),
                        // Whether a second run beside the first was wanted: crond started one.
                        "overlap",
                        Set.of(
                                "push-inventory",
                                "psql",
                                "check-replication-lag",
                                "sa-learn-folders",
                                "escalate",
                                "queue-worker",
                                "magento",
                                "curl-warmup")),
                open);
    }

    @Test
    void whatTheHostsHaveOfTheirOwnStaysReadable() {
        String yaml = Cli.run(words.toArray(String[]::new)).out();

        long beside = yaml.lines()
                .filter(line -> line.contains("it differs between hosts; on"))
                .count();
        assertTrue(beside < 60, "each of the ten hosts' lines beside each other: " + beside);
        assertTrue(yaml.contains("# it differs between hosts; 6 more jobs of this kind are beside it.\n"), yaml);
        assertTrue(
                yaml.contains("1 5 cron.daily  nice run-parts /etc/cron.daily (in time zone UTC).\n"),
                "the same line, but not the same times");
    }
}
