package io.fleetcron.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code --host NAME=SOURCE} names, host by host. Not thread-safe, for one use. */
final class HostSources {
    private static final String STANDARD_INPUT = "-";

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> folders = new HashMap<>();

    /** Why this cannot be a host's; empty if it is one. */
    Optional<String> add(String text) {
        int equals = text.indexOf('=');
        String name = text.substring(0, Math.max(0, equals));
        String source = text.substring(equals + 1);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || source.isEmpty()) {
            return Optional.of("write NAME=DIR, NAME=FILE or NAME=-, with a host's name");
        }
        if (sources.containsKey(name)) {
            return Optional.of("host " + name + " is named twice");
        }
        Optional<String> wrong = source.equals(STANDARD_INPUT) ? standardInput() : path(name, source);
        sources.put(name, source);
        return wrong;
    }

    /** A source by the name of its host, in the order of the options. */
    Map<String, String> byName() {
        return sources;
    }

    private Optional<String> standardInput() {
        return sources.containsValue(STANDARD_INPUT)
                ? Optional.of("standard input can be the crontab of one host only")
                : Optional.empty();
    }

    /** Two hosts may have the same file; a folder was collected from one. */
    private Optional<String> path(String name, String source) {
        try {
            Path path = Path.of(source);
            if (!Files.exists(path)) {
                return Optional.of(
                        "no such file or folder; nothing is imported, as where a line stood decides where its job runs");
            }
            if (!Files.isDirectory(path)) {
                return Optional.empty();
            }
            Optional<String> other =
                    Optional.ofNullable(folders.putIfAbsent(path.toRealPath().toString(), name));
            return other.map(host -> "this is the folder of host " + host + "; each host has its own");
        } catch (InvalidPathException e) {
            return Optional.of("this cannot be a path in this system's character set; set LANG to UTF-8");
        } catch (IOException e) {
            return Optional.of("this cannot be read: " + e.getMessage());
        }
    }
}
