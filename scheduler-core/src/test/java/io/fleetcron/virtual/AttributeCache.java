package io.fleetcron.virtual;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What a host's kernel remembers of files and directories and does not ask the server again for a while (nfs(5), {@code
 * acregmax}, {@code acdirmax}). What the host itself changes, it knows.
 */
final class AttributeCache {
    private static final long LASTS = VirtualWorld.seconds(60);

    /** Something, and when the server was asked. */
    private record Known<T>(T value, long at) {}

    private final Map<String, Known<Boolean>> names = new HashMap<>();
    private final Map<String, Known<List<String>>> directories = new HashMap<>();
    private final Map<String, Known<Instant>> times = new HashMap<>();

    /** This host has created, written or removed a file. */
    void changed(String path) {
        names.remove(path);
        times.remove(path);
        directories.remove(path.substring(0, path.lastIndexOf('/')));
    }

    boolean exists(String path, long now, BooleanSupplier server) {
        return remembered(names, path, now, () -> server.getAsBoolean());
    }

    List<String> names(String directory, long now, List<String> server) {
        return remembered(directories, directory, now, () -> server);
    }

    Instant modified(String path, long now, Instant server) {
        return remembered(times, path, now, () -> server);
    }

    private static <T> T remembered(
            Map<String, Known<T>> all, String key, long now, java.util.function.Supplier<T> server) {
        Known<T> known = all.get(key);
        if (known == null || now - known.at() > LASTS) {
            known = new Known<>(server.get(), now);
            all.put(key, known);
        }
        return known.value();
    }
}
