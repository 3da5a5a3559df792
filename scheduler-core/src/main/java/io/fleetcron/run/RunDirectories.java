package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The run directories of this host, one for each run and some that are free for the next. Their names begin with a dot
 * and with the number of the process that keeps them. Thread-safe.
 */
final class RunDirectories {
    private static final int MOST_FREE = 64;

    private final Path runs;
    private final String prefix = ".free-" + ProcessHandle.current().pid() + "-";
    private final Deque<Path> free = new ArrayDeque<>();
    private long named;

    RunDirectories(Path runs) {
        this.runs = runs;
    }

    RunDirectory of(RunIdentity run) {
        return new RunDirectory(runs.resolve(run.job() + "@" + run.token()));
    }

    /** Makes the directory of a run that is to begin. */
    void make(RunDirectory directory, RunNote note) throws IOException {
        Optional<Path> reused = take();
        if (reused.isPresent() && !directory.path().toFile().exists()) {
            directory.replace(reused.get());
        } else {
            create(directory);
        }
        directory.writeFirst(note);
    }

    private static void create(RunDirectory directory) throws IOException {
        try {
            directory.create();
        } catch (FileAlreadyExistsException e) {
            clearLeftover(directory);
            directory.create();
        }
    }

    private static void clearLeftover(RunDirectory directory) throws IOException {
        Optional<RunNote> leftover = directory.note();
        if (leftover.stream()
                .flatMap(note -> directory.holders(note.owner().boot()).stream())
                .anyMatch(ProcessId::isAlive)) {
            throw new IOException(directory.path() + " belongs to a run that is still running");
        }
        directory.delete();
    }

    private synchronized Optional<Path> take() {
        return Optional.ofNullable(free.poll());
    }

    /** The directory of a run that is over and recorded. */
    void release(RunDirectory directory) throws IOException {
        Optional<Path> name = freeName();
        if (name.isEmpty()) {
            directory.delete();
            return;
        }
        directory.release(name.get());
        synchronized (this) {
            free.push(name.get());
        }
    }

    private synchronized Optional<Path> freeName() {
        return free.size() < MOST_FREE ? Optional.of(runs.resolve(prefix + named++)) : Optional.empty();
    }

    /** Those that hold a run. Removes what a process that is gone kept free. */
    List<RunDirectory> inUse() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.list(runs)) {
            all = found.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        for (Path path : all) {
            if (isFree(path) && !ownerLives(path)) {
                new RunDirectory(path).delete();
            }
        }
        return all.stream().filter(path -> !isFree(path)).map(RunDirectory::new).toList();
    }

    static boolean isFree(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    private static boolean ownerLives(Path path) {
        String[] words = String.valueOf(path.getFileName()).split("-", -1);
        try {
            return words.length == 3
                    && ProcessHandle.of(Long.parseLong(words[1])).isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
