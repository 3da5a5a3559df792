package io.fleetcron.virtual;

import io.fleetcron.storage.StorageException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the server refuses just now. */
final class Troubles {
    private final Map<VirtualHost, String> locks = new LinkedHashMap<>();
    private String writes = "";
    private boolean onlyGrowing;

    /** Locks of that host are refused with this errno; with none, no more. */
    void refuseLocks(VirtualHost host, String errno) {
        if (errno.isEmpty()) {
            locks.remove(host);
        } else {
            locks.put(host, errno);
        }
    }

    /** Writes are refused with this errno, perhaps only those that make a file longer; with none, no more. */
    void refuseWrites(String errno, boolean growing) {
        writes = errno;
        onlyGrowing = growing;
    }

    void refuseLock(VirtualHost host, String path) throws StorageException {
        String errno = locks.get(host);
        if (errno != null && path.contains("/jobs/")) {
            throw new StorageException(path + ": flock: " + errno, errno);
        }
    }

    void refuseWrite(String path, boolean grows) throws StorageException {
        if (!writes.isEmpty() && (grows || !onlyGrowing)) {
            throw new StorageException(path + ": pwrite: " + writes, writes);
        }
    }
}
