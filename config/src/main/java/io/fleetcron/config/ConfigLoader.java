package io.fleetcron.config;

import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.SourceText;
import io.fleetcron.config.yaml.YamlText;
import io.fleetcron.config.yaml.YamlValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code fleetcron.yaml} and the job files it names. It never throws for what stands in a file or on disk: each
 * such thing is a {@link Problem}, and all problems are found in one go. Stateless and thread-safe.
 *
 * <p>A problem's file is named as the caller named it. Paths inside the configuration count from the main file's
 * folder, or from the job file's own folder where a job file is read alone.
 */
public final class ConfigLoader {
    /** Reads the main file and all its job files. */
    public LoadResult load(Path mainFile) {
        ProblemLog log = new ProblemLog(mainFile);
        return document(log)
                .map(root -> load(root, log))
                .orElseGet(() -> new LoadResult(Optional.empty(), log.sorted(), List.of(mainFile)));
    }

    /**
     * Reads main files with all they name, job files, and folders of either. A file with the key {@code shared_dir} is a
     * main file, one whose {@code jobs} are a mapping is a job file.
     */
    public Validation validate(List<Path> paths) {
        return new Validator(this).validate(paths);
    }

    /** Reads a job file that belongs to no main file: the built-in defaults hold. */
    JobFile loadJobs(YamlValue root, ProblemLog log) {
        return JobFile.read(root, JobSettings.BUILT_IN, folder(log.file()), log);
    }

    LoadResult load(YamlValue root, ProblemLog log) {
        return MainFile.read(root, folder(log.file()), log)
                .map(main -> load(main, log))
                .orElseGet(() -> new LoadResult(Optional.empty(), log.sorted(), List.of(log.file())));
    }

    static Optional<YamlValue> document(ProblemLog log) {
        return SourceText.read(log).flatMap(text -> YamlText.parse(text, log));
    }

    private static LoadResult load(MainFile main, ProblemLog log) {
        List<Path> files = new ArrayList<>(List.of(log.file()));
        JobSet jobs = new JobSet();
        for (Path path : JobPaths.of(main, log)) {
            files.add(path);
            ProblemLog own = new ProblemLog(path);
            jobs.add(document(own)
                    .map(root -> JobFile.read(root, main.defaults(), folder(log.file()), own))
                    .orElseGet(() -> JobFile.unreadable(own)));
        }
        List<Problem> problems = new ArrayList<>(log.sorted());
        problems.addAll(jobs.problems());
        return new LoadResult(config(main, log.file(), jobs, problems), problems, files);
    }

    private static Optional<FleetConfig> config(MainFile main, Path file, JobSet jobs, List<Problem> problems) {
        if (problems.stream().anyMatch(Problem::isError)) {
            return Optional.empty();
        }
        return main.sharedDir()
                .map(shared -> new FleetConfig(
                        file,
                        shared,
                        main.storage(),
                        main.stateDir(),
                        main.instance(),
                        main.labels(),
                        main.maxRunning(),
                        main.outputCap(),
                        main.outputLog(),
                        main.lease(),
                        main.sendmail(),
                        jobs.jobs()));
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
