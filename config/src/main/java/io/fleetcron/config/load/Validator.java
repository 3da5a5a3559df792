package io.fleetcron.config.load;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.SourceText;
import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks any mix of main files, job files and folders; a job file that a main file names is read only there. */
final class Validator {
    private final ConfigLoader loader;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Path> files = new LinkedHashSet<>();
    private final Map<ProblemLog, YamlValue> jobFiles = new LinkedHashMap<>();
    private final Set<Path> done = new LinkedHashSet<>();
    private final List<FleetConfig> configs = new ArrayList<>();
    private int jobs;

    Validator(ConfigLoader loader) {
        this.loader = loader;
    }

    Validation validate(List<Path> paths) {
        paths.forEach(this::add);
        JobSet loose = new JobSet();
        DateFiles dates = new DateFiles(file -> {}, file -> true);
        jobFiles.forEach((log, root) -> {
            if (done.add(real(log.file()))) {
                files.add(log.file());
                loose.add(loader.loadJobs(root, dates, log));
            }
        });
        problems.addAll(loose.problems());
        problems.addAll(dates.problems());
        files.addAll(dates.files());
        return new Validation(
                problems, List.copyOf(files), configs, jobs + loose.jobs().size());
    }

    private void add(Path path) {
        if (!Files.isDirectory(path)) {
            addFile(path);
            return;
        }
        ProblemLog log = new ProblemLog(path);
        try {
            List<Path> found = JobPaths.in(path);
            if (found.isEmpty()) {
                log.warning(Position.START, "the folder holds no *.yaml or *.yml file");
            }
            found.forEach(this::addFile);
        } catch (IOException e) {
            log.error(Position.START, SourceText.reason(e));
        }
        problems.addAll(log.sorted());
    }

    private void addFile(Path file) {
        ProblemLog log = new ProblemLog(file);
        Optional<YamlValue> root = ConfigLoader.document(log);
        if (root.isEmpty()) {
            files.add(file);
            problems.addAll(log.sorted());
        } else if (isMain(root.get())) {
            addMain(root.get(), log);
        } else {
            jobFiles.put(log, root.get());
        }
    }

    private void addMain(YamlValue root, ProblemLog log) {
        LoadResult result = loader.load(root, log);
        result.files().forEach(file -> done.add(real(file)));
        files.addAll(result.files());
        problems.addAll(result.problems());
        result.config().ifPresent(configs::add);
        jobs += result.config().map(config -> config.jobs().size()).orElse(0);
    }

    static boolean isMain(YamlValue root) {
        if (!(root instanceof Mapping mapping)) {
            return false;
        }
        Optional<YamlValue> jobs = mapping.get("jobs");
        return mapping.get("shared_dir").isPresent()
                || jobs.map(Validator::namesPaths)
                        .orElseGet(() -> MainFile.KEYS.stream()
                                .anyMatch(key -> mapping.get(key).isPresent()));
    }

    private static boolean namesPaths(YamlValue jobs) {
        return jobs instanceof Sequence list && list.items().stream().allMatch(Scalar.class::isInstance);
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath();
        }
    }
}
