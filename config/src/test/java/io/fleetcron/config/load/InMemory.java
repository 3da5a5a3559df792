package io.fleetcron.config.load;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.SourceText;
import io.fleetcron.config.yaml.YamlText;
import io.fleetcron.config.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the bytes of one file as the loader does, without the files that it names. */
public final class InMemory {
    private static final Path FILE = Path.of("x.yaml");

    private InMemory() {}

    static List<Problem> problems(String text) {
        return problems(text.getBytes(StandardCharsets.UTF_8));
    }

    static List<Problem> problems(byte[] bytes) {
        ProblemLog log = new ProblemLog(FILE);
        document(bytes, log).ifPresent(root -> read(root, log));
        return log.sorted();
    }

    static boolean isValid(String text) {
        return problems(text).stream().noneMatch(Problem::isError);
    }

    /** The jobs of a job file, whatever else is wrong with it. */
    static List<JobDefinition> jobs(byte[] bytes) {
        ProblemLog log = new ProblemLog(FILE);
        return document(bytes, log)
                .map(root -> new ConfigLoader()
                        .loadJobs(root, new DateFiles(file -> {}, file -> true), log)
                        .jobs())
                .orElse(List.of());
    }

    static Optional<YamlValue> document(byte[] bytes, ProblemLog log) {
        return SourceText.decode(bytes, log).flatMap(text -> YamlText.parse(text, log));
    }

    private static void read(YamlValue root, ProblemLog log) {
        if (Validator.isMain(root)) {
            MainFile.read(root, Path.of("/etc/fleetcron"), new DateFiles(file -> {}, file -> true), log);
        } else {
            new ConfigLoader().loadJobs(root, new DateFiles(file -> {}, file -> true), log);
        }
    }
}
