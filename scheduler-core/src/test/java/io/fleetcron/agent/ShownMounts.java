package io.fleetcron.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What one agent is shown as the mounts of its host, on a machine that has no file server: files of the test in the place of
 * /proc/self/mountinfo and /proc/self/mountstats, in a mount namespace of the agent's own.
 */
final class ShownMounts {

    /** Rewritten in place, in one go: what is read is what was there before or what is there now. */
    private static final int LENGTH = 4096;

    private final Path table;
    private final Path statistics;

    ShownMounts(Path folder) throws IOException {
        table = Files.createFile(folder.resolve("mountinfo"));
        statistics = Files.createFile(folder.resolve("mountstats"));
    }

    /**
     * Shows that directory, and no other one, as a mount of a file server from now on.
     *
     * @param options as {@code vers=4.1,hard}
     * @param lease in seconds
     */
    void nfs(Path directory, String options, int lease) throws IOException {
        write(
                table,
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:99 / " + directory
                        + " rw,nosuid,nodev,noexec - nfs4 server:/ rw," + options + "\n");
        write(
                statistics,
                "device server:/ mounted on " + directory + " with fstype nfs4 statvers=1.1\n"
                        + "\tnfsv4:\tbm0=0xf8f3b77e,lease_time=" + lease + ",lease_expired=0\n");
    }

    private static void write(Path file, String text) throws IOException {
        byte[] whole = (text + "\n".repeat(LENGTH - text.length())).getBytes(StandardCharsets.US_ASCII);
        Files.write(file, whole, StandardOpenOption.WRITE);
    }

    /** Words that execute what follows them, which then reads these files. */
    String[] words() {
        String mounts = "mount --bind " + table + " /proc/$$/mountinfo && mount --bind " + statistics
                + " /proc/$$/mountstats && exec \"$@\"";
        return new String[] {"unshare", "--mount", "sh", "-c", mounts, "sh"};
    }
}
