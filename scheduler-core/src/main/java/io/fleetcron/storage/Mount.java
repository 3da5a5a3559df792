package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The mount that holds a path, as /proc/self/mountinfo (proc(5)) describes it. Reading it asks no file server.
 *
 * @param point where it is mounted
 * @param type the file system's type, such as {@code nfs4} or {@code ext4}
 * @param source what is mounted
 * @param options of the mount and of the file system
 */
public record Mount(Path point, String type, String source, List<String> options) {

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final Path MOUNTSTATS = Path.of("/proc/self/mountstats");

    public Mount {
        options = List.copyOf(options);
    }

    /**
     * The mount that holds {@code path}.
     *
     * @param path absolute and without symbolic links
     */
    public static Mount of(Path path) throws IOException {
        return find(path, Files.readAllLines(MOUNTINFO))
                .orElseThrow(() -> new IOException(MOUNTINFO + " names no mount that holds " + path));
    }

    /** See {@link #of}; the last of several mounts on one point hides the others. */
    static Optional<Mount> find(Path path, List<String> mountinfo) {
        Optional<Mount> best = Optional.empty();
        for (String line : mountinfo) {
            Optional<Mount> mount = parse(line);
            if (mount.isPresent()
                    && path.startsWith(mount.get().point)
                    && best.map(b -> b.point.getNameCount() <= mount.get().point.getNameCount())
                            .orElse(true)) {
                best = mount;
            }
        }
        return best;
    }

    /** Fields 5 and 6, then, behind a lone hyphen, type, source and the file system's options. */
    private static Optional<Mount> parse(String line) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int hyphen = fields.indexOf("-");
        if (hyphen < 6 || fields.size() < hyphen + 4) {
            return Optional.empty();
        }
        String all = fields.get(5) + "," + fields.get(hyphen + 3);
        return Optional.of(new Mount(
                Path.of(unescaped(fields.get(4))),
                fields.get(hyphen + 1),
                unescaped(fields.get(hyphen + 2)),
                Arrays.asList(all.split(",", -1))));
    }

    /** See {@link #unescaped}. */
    private static String escaped(String path) {
        return path.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }

    /** Blank, tab, line end and backslash stand as three octal digits. */
    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }

    /** True for NFS of version 4. */
    public boolean isNfs4() {
        return type.equals("nfs4") && option("vers").map(v -> v.startsWith("4")).orElse(true);
    }

    /** The value of an option such as {@code vers=4.1}. */
    public Optional<String> option(String name) {
        return options.stream()
                .filter(option -> option.startsWith(name + "="))
                .map(option -> option.substring(name.length() + 1))
                .findFirst();
    }

    /** How long the server keeps a silent client's locks, from /proc/self/mountstats; empty if it does not say. */
    public Optional<Duration> lease() throws IOException {
        return lease(Files.readAllLines(MOUNTSTATS));
    }

    /** See {@link #lease()}: the {@code nfsv4:} line of this mount's paragraph holds {@code lease_time=}. */
    Optional<Duration> lease(List<String> mountstats) {
        boolean mine = false;
        for (String line : mountstats) {
            if (line.startsWith("device ")) {
                mine = line.contains(" mounted on " + escaped(point.toString()) + " ");
            } else if (mine && line.contains("lease_time=")) {
                String value = line.substring(line.indexOf("lease_time=") + "lease_time=".length());
                return Optional.of(Duration.ofSeconds(Long.parseLong(value.split("[^0-9]", 2)[0])));
            }
        }
        return Optional.empty();
    }
}
