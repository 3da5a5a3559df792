package io.fleetcron.notify;

import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.lock.LockFile;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where notifications wait until they are delivered: a file each, in a folder of the instance that is to send it. Those of an
 * instance that is gone are moved to another's folder under a lock; one is written there before it is removed here, so that a
 * host which dies in between leaves it twice rather than not at all. Blocks on storage. Thread-safe.
 */
final class NoticeSpool {

    private static final Logger LOG = LoggerFactory.getLogger(NoticeSpool.class);
    private static final String LOCK = "notices.lock";
    private static final String ENDING = ".json";

    /** Of each folder so many files are looked at in one go: somebody else may have filled it. */
    private static final int MOST = 1000;

    private final SharedFiles files;
    private final Path root;
    private final String instance;
    private volatile boolean made;

    /**
     * @param root the folder of folders
     * @param instance whose own folder is written
     */
    NoticeSpool(SharedFiles files, Path root, String instance) {
        this.files = files;
        this.root = root;
        this.instance = instance;
    }

    /** A notification and the file in which it waits. */
    record Waiting(Notice notice, NoticeSpool spool, Path file) {
        void delivered() throws StorageException {
            spool.files.delete(file);
        }
    }

    Waiting put(Notice notice) throws StorageException {
        Path folder = root.resolve(instance);
        if (!made) {
            files.createDirectories(folder);
            made = true;
        }
        Path file = folder.resolve(notice.fileName());
        files.createOnce(file, notice.toJson());
        return new Waiting(notice, this, file);
    }

    /**
     * What waits for this instance.
     *
     * @param known files that need not be read
     */
    List<Waiting> own(Set<Path> known) throws StorageException {
        return waiting(root.resolve(instance), known);
    }

    /** Moves here what instances left that are not alive, unless another instance is doing that. Whether there was any. */
    boolean takeOver(Collection<String> alive, LockDirectory locks) throws StorageException {
        List<Path> left = new ArrayList<>();
        for (String owner : files.names(root)) {
            if (!owner.equals(instance)
                    && !alive.contains(owner)
                    && !files.names(root.resolve(owner)).isEmpty()) {
                left.add(root.resolve(owner));
            }
        }
        if (left.isEmpty()) {
            return false;
        }
        try (LockFile file = locks.file(LOCK)) {
            Optional<HeldLock> held = file.tryLock();
            if (held.isEmpty()) {
                return false;
            }
            try {
                for (Path folder : left) {
                    take(folder);
                }
                return true;
            } finally {
                held.get().unlock();
            }
        }
    }

    private void take(Path folder) throws StorageException {
        int taken = 0;
        for (Waiting each : waiting(folder, Set.of())) {
            put(each.notice);
            files.delete(each.file);
            taken++;
        }
        if (taken > 0) {
            LOG.info("notifications taken over from instance={} count={}", folder.getFileName(), taken);
        }
    }

    private List<Waiting> waiting(Path folder, Set<Path> known) throws StorageException {
        List<Waiting> all = new ArrayList<>();
        for (String name : files.names(folder).stream().limit(MOST).toList()) {
            Path file = folder.resolve(name);
            if (known.contains(file)) {
                continue;
            }
            Optional<Notice> notice =
                    name.endsWith(ENDING) ? files.read(file).flatMap(Notice::parse) : Optional.empty();
            if (notice.filter(it -> it.fileName().equals(name)).isPresent()) {
                all.add(new Waiting(notice.get(), this, file));
            } else {
                LOG.warn("notification dropped: {} is not of the form that agents write", file);
                files.delete(file);
            }
        }
        return all;
    }
}
