package io.fleetcron.host;

import io.fleetcron.storage.FileStamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The files and folders of the configuration as they were when they were last read, and whether they have changed since. No
 * notice of a change comes from another host's write to a share, so they are looked at again and again: one {@code statx} each.
 * For one thread, which may block on storage.
 */
public final class ConfigFiles {

    /** How often {@link #haveChanged} is to be asked: what changes is read after three times as long at the latest. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private Map<Path, Optional<FileStamp>> read = new LinkedHashMap<>();
    private Map<Path, Optional<FileStamp>> last = Map.of();

    /** Begins again: the configuration is about to be read. The result is to get each path right before it is looked at. */
    public Consumer<Path> reading() {
        Map<Path, Optional<FileStamp>> stamps = new LinkedHashMap<>();
        read = stamps;
        last = Map.of();
        return path -> stamps.computeIfAbsent(path, FileStamp::of);
    }

    /**
     * Whether anything is other than it was when it was read, and has been the same at two looks in a row: what is being written
     * just now is not read.
     */
    public boolean haveChanged() {
        Map<Path, Optional<FileStamp>> now = new LinkedHashMap<>();
        read.keySet().forEach(path -> now.put(path, FileStamp.of(path)));
        boolean settled = now.equals(last);
        last = now;
        return settled && !now.equals(read);
    }

    /**
     * Whether all is as it was when it was read. Two changes within what times of files can tell apart may look like one: who must
     * not miss the second reads again after a while.
     */
    public boolean areAsRead() {
        return read.entrySet().stream().allMatch(entry -> entry.getValue().equals(FileStamp.of(entry.getKey())));
    }

    /** What was other at the last look. */
    public List<Path> changed() {
        return last.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(read.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The folders that held job files before, are still to be read, and hold none now. A share that is not mounted looks like
     * that.
     *
     * @param before the files that were read earlier
     * @param now the files that were read last
     */
    public List<Path> emptied(List<Path> before, List<Path> now) {
        Set<Path> held = folders(before);
        held.removeAll(folders(now));
        held.retainAll(read.keySet());
        return List.copyOf(held);
    }

    private static Set<Path> folders(List<Path> files) {
        return files.stream()
                .map(Path::getParent)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
