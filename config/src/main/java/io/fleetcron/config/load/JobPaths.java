package io.fleetcron.config.load;

import io.fleetcron.config.load.MainFile.JobPath;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.SourceText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Finds the job files that a main file names. */
final class JobPaths {
    /** The folder beside the main file that is read when the main file names nothing. */
    static final String DEFAULT_FOLDER = "jobs.d";

    private final Path main;
    private final ProblemLog log;
    private final Consumer<Path> before;
    private final List<Path> found = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    private JobPaths(ProblemLog log, Consumer<Path> before) {
        this.main = log.file();
        this.log = log;
        this.before = before;
    }

    /**
     * Each job file once, in the order in which the main file names them, a folder's files by name.
     *
     * @param before gets each file and folder right before it is looked at
     */
    static List<Path> of(MainFile file, ProblemLog log, Consumer<Path> before) {
        JobPaths paths = new JobPaths(log, before);
        if (file.jobs().isPresent()) {
            file.jobs().get().forEach(paths::add);
        } else {
            paths.addDefault();
        }
        return paths.found;
    }

    /** The job files of a folder by name: {@code *.yaml} and {@code *.yml}, hidden ones left out. */
    static List<Path> in(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, JobPaths::isJobFile)) {
            entries.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(f -> f.getFileName().toString()));
        return files;
    }

    private static boolean isJobFile(Path path) {
        String name = path.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    private void addDefault() {
        Path folder = main.resolveSibling(DEFAULT_FOLDER);
        before.accept(folder);
        if (Files.isDirectory(folder)) {
            addFolder(folder, Position.START);
        } else {
            log.warning(
                    Position.START, "no jobs: neither the key `jobs` nor a folder jobs.d beside this file says where");
        }
    }

    private void add(JobPath entry) {
        Path path = main.resolveSibling(entry.path());
        before.accept(path);
        if (Files.isDirectory(path)) {
            addFolder(path, entry.at());
        } else {
            addFile(path, entry.at());
        }
    }

    private void addFolder(Path folder, Position at) {
        try {
            List<Path> files = in(folder);
            if (files.isEmpty()) {
                log.warning(at, "jobs: the folder " + folder + " holds no *.yaml or *.yml file");
            }
            files.forEach(file -> addFile(file, at));
        } catch (IOException e) {
            log.error(at, "jobs: the folder " + folder + ": " + SourceText.reason(e));
        }
    }

    private void addFile(Path file, Position at) {
        before.accept(file);
        try {
            Path real = file.toRealPath();
            if (real.equals(main.toRealPath())) {
                log.error(at, "jobs: " + file + " is this main file itself; jobs stand in files of their own");
            } else if (!seen.add(real)) {
                log.error(at, "jobs: the file " + file + " is named twice; remove one");
            } else {
                SourceText.unusable(file)
                        .ifPresentOrElse(wrong -> log.error(at, "jobs: " + file + ": " + wrong), () -> found.add(file));
            }
        } catch (IOException e) {
            log.error(at, "jobs: " + file + ": " + SourceText.reason(e));
        }
    }
}
