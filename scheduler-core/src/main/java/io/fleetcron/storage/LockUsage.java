package io.fleetcron.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The locks that processes of this host hold on one file system, as /proc/locks (proc(5)) lists them. */
public final class LockUsage {

    private static final Path LOCKS = Path.of("/proc/locks");
    private static final Set<String> KINDS = Set.of("FLOCK", "POSIX", "OFDLCK");

    private LockUsage() {}

    /**
     * How many pairs of a file and a process that holds locks on it there are on the file system of this directory:
     * what Amazon EFS counts per mount.
     */
    public static int pairs(Path directory) throws IOException {
        return pairs(device((Long) Files.getAttribute(directory, "unix:dev")), Files.readAllLines(LOCKS));
    }

    /** See {@link #pairs(Path)}; lines such as {@code 2: FLOCK  ADVISORY  WRITE 812 00:2d:1051 0 EOF}. */
    static int pairs(String device, List<String> locks) {
        return locks.stream()
                .map(line -> line.strip().split(" +"))
                // Those that wait have an arrow in the second place.
                .filter(word -> word.length > 5 && KINDS.contains(word[1]) && word[5].startsWith(device + ":"))
                .map(word -> word[4] + " " + word[5])
                .collect(Collectors.toSet())
                .size();
    }

    /** Major and minor number as /proc/locks writes them, from st_dev as glibc's makedev(3) packs it. */
    static String device(long dev) {
        long major = (dev >>> 8 & 0xfff) | (dev >>> 32 & 0xfffff000L);
        long minor = (dev & 0xff) | (dev >>> 12 & 0xffffff00L);
        return String.format(Locale.ROOT, "%02x:%02x", major, minor);
    }
}
