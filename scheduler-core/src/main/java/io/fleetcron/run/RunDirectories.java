package io.fleetcron.run;

import io.fleetcron.fleet.RunId;
import io.fleetcron.natives.UserDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The run directories of this host, one for each run and some that are free for the next. Their names begin with a dot
 * and with the number and the start of the process that keeps them. Thread-safe.
 */
final class RunDirectories {
    /** A block for each file that a run writes. */
    private static final long ROOM = 4 * 4096;

    private final Path runs;
    private final int mostFree;
    private final String prefix;
    private final Deque<Path> free = new ArrayDeque<>();

    /** From anywhere: another part of this process may keep some, too. */
    private long named = ThreadLocalRandom.current().nextLong(1L << 48);

    /** @param mostFree how many are kept for the next runs of this process */
    RunDirectories(Path runs, int mostFree) {
        this.runs = runs;
        this.mostFree = mostFree;
        ProcessId self = ProcessId.self();
        this.prefix = ".free-" + self.pid() + "-" + self.start() + "-";
    }

    Path path() {
        return runs;
    }

    RunDirectory of(RunId run) {
        return new RunDirectory(runs.resolve(run.job() + "@" + run.token()));
    }

    /**
     * Keeps a directory ready for a run that may begin: it exists, can be written and has room. Blocks on the local disk,
     * as long as that is frozen.
     *
     * @throws IOException if no run could begin now
     */
    ReservedDirectory reserve() throws IOException {
        Optional<Path> reused = take();
        if (reused.isPresent()) {
            try {
                return open(new RunDirectory(reused.get()));
            } catch (NoSuchFileException e) {
                // somebody removed it
            } catch (IOException e) {
                keep(reused.get());
                throw e;
            }
        }
        RunDirectory fresh = new RunDirectory(nextName());
        fresh.create();
        try {
            return open(fresh);
        } catch (IOException e) {
            try {
                fresh.delete();
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private ReservedDirectory open(RunDirectory free) throws IOException {
        FileChannel note = free.openNote();
        if (hasRoom()) {
            return new ReservedDirectory(this, free, note);
        }
        note.close();
        throw new FileSystemException(runs.toString(), null, "No space left on device");
    }

    /** Asks statvfs(3), which touches no disk; a file system that knows no size has room. */
    private boolean hasRoom() {
        File folder = runs.toFile();
        long left = UserDatabase.self() == 0 ? folder.getFreeSpace() : folder.getUsableSpace();
        return left >= ROOM || folder.getTotalSpace() == 0;
    }

    /** Gives a reserved directory its run's name. */
    void move(RunDirectory reserved, RunDirectory directory) throws IOException {
        try {
            directory.replace(reserved.path());
        } catch (FileSystemException e) {
            if (!Files.exists(directory.path())) {
                throw e;
            }
            clearLeftover(directory);
            directory.replace(reserved.path());
        }
    }

    private static void clearLeftover(RunDirectory directory) throws IOException {
        Optional<RunRecord> leftover = directory.note();
        if (leftover.stream()
                .flatMap(note -> directory.holders(note.owner().boot()).stream())
                .anyMatch(ProcessId::isAlive)) {
            throw new UnfitForJobException(directory.path() + " belongs to a run that is still running");
        }
        directory.delete();
    }

    private synchronized Optional<Path> take() {
        return Optional.ofNullable(free.poll());
    }

    /** The directory of a run that is over and recorded. */
    void release(RunDirectory directory) throws IOException {
        if (hasEnoughFree()) {
            directory.delete();
            return;
        }
        Path name = nextName();
        directory.release(name);
        keep(name);
    }

    /** The directory of a run that did not begin. */
    void unused(RunDirectory reserved) throws IOException {
        if (hasEnoughFree()) {
            reserved.delete();
        } else {
            keep(reserved.path());
        }
    }

    private synchronized void keep(Path path) {
        free.push(path);
    }

    private synchronized boolean hasEnoughFree() {
        return free.size() >= mostFree;
    }

    private synchronized Path nextName() {
        return runs.resolve(prefix + named++);
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

    /** In a container an agent may have the same number at each start. */
    private static boolean ownerLives(Path path) {
        String[] words = String.valueOf(path.getFileName()).split("-", -1);
        try {
            return words.length == 4
                    && ProcessId.of(Integer.parseInt(words[1]))
                            .filter(process -> process.start() == Long.parseLong(words[2]))
                            .isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
