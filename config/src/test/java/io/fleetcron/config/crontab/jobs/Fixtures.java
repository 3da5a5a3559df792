package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.crontab.CronFiles;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.CrontabSources;
import io.fleetcron.config.crontab.Whose;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.yaml.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The crontabs written for the tests, and short ways to import and to load what was imported. */
public final class Fixtures {
    /** A host in Berlin whose agent runs as root. */
    public static final SourceHost HOST = new SourceHost(ZoneId.of("Europe/Berlin"), "root", Accounts.UNKNOWN);

    /** Folders {@code user}, {@code system} and {@code anacron}; more with {@code -Dfleetcron.crontabs=FOLDER}. */
    private static final List<Path> ROOTS = Stream.of(
                    Optional.of("src/test/resources/crontabs"),
                    Optional.ofNullable(System.getProperty("fleetcron.crontabs")))
            .flatMap(Optional::stream)
            .map(Path::of)
            .toList();

    private Fixtures() {}

    /** Each fixture as a table of its own. */
    public static List<CronTable> tables() throws IOException {
        List<CronTable> tables = new ArrayList<>();
        for (Path root : ROOTS) {
            for (Kind kind : Kind.values()) {
                Path folder = root.resolve(kind.name().toLowerCase(Locale.ROOT));
                tables.addAll(Files.isDirectory(folder) ? tables(folder, kind) : List.of());
            }
        }
        return tables;
    }

    private static List<CronTable> tables(Path folder, Kind kind) throws IOException {
        List<CronTable> tables = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                tables.add(CronTable.of(
                        kind + " " + file.getFileName(), kind, Optional.empty(), Files.readAllBytes(file)));
            }
        }
        return tables;
    }

    /** A user crontab of root's with this text. */
    static ImportResult user(String text) {
        return CrontabImport.of(List.of(table(Kind.USER, text)), Map.of(), HOST);
    }

    static ImportResult system(String text) {
        return CrontabImport.of(List.of(table(Kind.SYSTEM, text)), Map.of(), HOST);
    }

    static CronTable table(Kind kind, String text) {
        return CronTable.of("crontab", kind, Optional.empty(), text.getBytes(StandardCharsets.UTF_8));
    }

    static CrontabSources found(Path root, String input, String... names) {
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new CronFiles(root, Optional.empty())
                .files(
                        Stream.of(names)
                                .map(name -> name.equals("-")
                                        ? name
                                        : root.resolve(name).toString())
                                .toList(),
                        Whose.UNSAID,
                        in);
    }

    /** The jobs as fleetcron's own loader reads them; it must find no error. */
    public static Map<String, JobDefinition> load(String yaml) throws IOException {
        Path folder = Files.createTempDirectory("import");
        Path main = folder.resolve("fleetcron.yaml");
        Path jobs = folder.resolve("jobs.yaml");
        try {
            Files.writeString(main, "shared_dir: /srv/shared\njobs: [jobs.yaml]\n");
            Files.writeString(jobs, yaml);
            LoadResult result = new ConfigLoader().load(main);
            List<Problem> errors =
                    result.problems().stream().filter(Problem::isError).toList();
            assertEquals(List.of(), errors, yaml);
            return result.config().orElseThrow().jobs();
        } finally {
            Files.deleteIfExists(jobs);
            Files.deleteIfExists(main);
            Files.deleteIfExists(folder);
        }
    }
}
