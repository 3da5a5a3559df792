package io.fleetcron.config.load;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.SourceText;
import io.fleetcron.config.yaml.YamlText;
import io.fleetcron.config.yaml.YamlValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads {@code fleetcron.yaml} and the job files it names. It never throws for what stands in a file or on disk: each
 * such thing is a {@link Problem}, and all problems are found in one go. Stateless and thread-safe.
 *
 * <p>A problem's file is named as the caller named it. Paths inside the configuration count from the main file's
 * folder, or from the job file's own folder where a job file is read alone.
 */
public final class ConfigLoader {
    /** Reads the main file and all its job files, for a process that only looks at them. */
    public LoadResult load(Path mainFile) {
        return load(mainFile, path -> {});
    }

    /**
     * As {@link #load(Path)}.
     *
     * @param before gets each file and folder right before it is looked at, also what turns out not to exist
     */
    public LoadResult load(Path mainFile, Consumer<Path> before) {
        return load(mainFile, folder(mainFile), new Access(before, file -> true));
    }

    /** As {@link #load(Path)}, of a draft of the main file in that folder: relative paths count from there. */
    public LoadResult loadDraft(Path mainFile, Path folder) {
        return load(mainFile, folder.toAbsolutePath(), Access.ANY);
    }

    /**
     * As {@link #load}, for a process that runs what the files say: a file is opened only after {@link FilePermissions}
     * has found that nobody else could change it or put another in its place. All others are errors.
     */
    public LoadResult loadTrusted(Path mainFile) {
        return loadTrusted(mainFile, path -> {});
    }

    /**
     * As {@link #loadTrusted(Path)}.
     *
     * @param before gets each file and folder right before it is looked at, also what turns out not to exist
     */
    public LoadResult loadTrusted(Path mainFile, Consumer<Path> before) {
        FilePermissions permissions = new FilePermissions(Problem.Severity.ERROR);
        LoadResult result = load(mainFile, folder(mainFile), new Access(before, permissions::mayOpen));
        List<Problem> problems = new ArrayList<>(result.problems());
        problems.addAll(permissions.problems());
        return new LoadResult(
                permissions.problems().isEmpty() ? result.config() : Optional.empty(), problems, result.files());
    }

    /**
     * How files are opened.
     *
     * @param before gets each path right before it is looked at
     * @param mayOpen whether an existing file may be
     */
    record Access(Consumer<Path> before, Predicate<Path> mayOpen) {
        static final Access ANY = new Access(path -> {}, file -> true);
    }

    private LoadResult load(Path mainFile, Path folder, Access access) {
        ProblemLog log = new ProblemLog(mainFile);
        access.before.accept(mainFile);
        return document(log, access)
                .map(root -> load(root, log, folder, access))
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
    JobFile loadJobs(YamlValue root, DateFiles files, ProblemLog log) {
        return JobFile.read(root, JobSettings.BUILT_IN, folder(log.file()), files, log);
    }

    LoadResult load(YamlValue root, ProblemLog log) {
        return load(root, log, folder(log.file()), Access.ANY);
    }

    private static LoadResult load(YamlValue root, ProblemLog log, Path folder, Access access) {
        DateFiles dates = new DateFiles(access.before, access.mayOpen);
        return MainFile.read(root, folder, dates, log)
                .map(main -> load(main, dates, log, folder, access))
                .orElseGet(() -> new LoadResult(Optional.empty(), log.sorted(), List.of(log.file())));
    }

    static Optional<YamlValue> document(ProblemLog log) {
        return document(log, Access.ANY);
    }

    private static Optional<YamlValue> document(ProblemLog log, Access access) {
        Optional<String> unusable = SourceText.unusable(log.file());
        if (unusable.isPresent()) {
            log.error(Position.START, unusable.get());
            return Optional.empty();
        }
        if (!access.mayOpen.test(log.file())) {
            return Optional.empty();
        }
        return SourceText.read(log).flatMap(text -> YamlText.parse(text, log));
    }

    private static LoadResult load(MainFile main, DateFiles dates, ProblemLog log, Path folder, Access access) {
        List<Path> files = new ArrayList<>(List.of(log.file()));
        JobSet jobs = new JobSet();
        for (Path path : JobPaths.of(main, log, access.before)) {
            files.add(path);
            ProblemLog own = new ProblemLog(path);
            jobs.add(document(own, access)
                    .map(root -> JobFile.read(root, main.defaults(), folder, dates, own))
                    .orElseGet(() -> JobFile.unreadable(own)));
        }
        List<Problem> problems = new ArrayList<>(log.sorted());
        problems.addAll(jobs.problems());
        problems.addAll(dates.problems());
        files.addAll(dates.files());
        return new LoadResult(config(main, log.file(), jobs, problems), problems, files);
    }

    private static Optional<FleetConfig> config(MainFile main, Path file, JobSet jobs, List<Problem> problems) {
        if (problems.stream().anyMatch(Problem::isError)) {
            return Optional.empty();
        }
        return main.share()
                .map(share -> new FleetConfig(
                        file,
                        share,
                        main.stateDir(),
                        main.instance(),
                        main.labels(),
                        main.maxRunning(),
                        main.output(),
                        main.delivery(),
                        main.metrics(),
                        main.reload(),
                        jobs.jobs()));
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
