package io.fleetcron.lock;

import io.fleetcron.natives.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets this process end although a file server hangs. The last close of an NFSv4 file waits for the server, and in a
 * process that is ending nothing interrupts that, not even SIGKILL (seen on Linux 6.1: do_exit, nfs4_close_sync). So
 * what is open is handed to a helper that waits for the end of this process and then hangs in its place.
 */
public final class HungCloseHelper {

    private static final Path SELF = Path.of("/proc/self");

    private HungCloseHelper() {}

    /** Starts the helper if this process has anything open on NFS. To be called right before the end; asks no server. */
    public static void handOver() {
        try {
            Map<Integer, Integer> open = onNfs();
            if (!open.isEmpty()) {
                String wait = "PATH=/usr/bin:/bin; while kill -0 \"$1\" 2>/dev/null; do sleep 0.2; done";
                String self = Long.toString(ProcessHandle.current().pid());
                Children.spawn("/bin/sh", List.of("/bin/sh", "-c", wait, "fleetcron-end", self), open);
            }
        } catch (IOException e) {
            return; // then this process ends as late as the file server lets it
        }
    }

    /** Number in the helper to number here. */
    private static Map<Integer, Integer> onNfs() throws IOException {
        Set<String> mounts = mounts(Files.readAllLines(SELF.resolve("mountinfo")));
        List<Path> all;
        try (Stream<Path> descriptors = Files.list(SELF.resolve("fdinfo"))) {
            all = descriptors.toList();
        }
        // Above all that is open, so that none takes another's place before that one is copied.
        int free = all.stream().mapToInt(HungCloseHelper::number).max().orElse(2) + 1;
        Map<Integer, Integer> found = new HashMap<>();
        for (Path descriptor : all) {
            if (mounts.contains(mount(descriptor))) {
                found.put(free + found.size(), number(descriptor));
            }
        }
        return found;
    }

    private static int number(Path descriptor) {
        return Integer.parseInt(descriptor.getFileName().toString());
    }

    /** The ids of NFS mounts: the first field of each line of mountinfo; the type follows a lone hyphen (proc(5)). */
    static Set<String> mounts(List<String> mountinfo) {
        return mountinfo.stream()
                .filter(line -> line.contains(" - nfs4 ") || line.contains(" - nfs "))
                .map(line -> line.split(" ", 2)[0])
                .collect(Collectors.toSet());
    }

    private static String mount(Path descriptor) {
        try (Stream<String> lines = Files.lines(descriptor)) {
            return lines.filter(line -> line.startsWith("mnt_id:"))
                    .map(line -> line.substring("mnt_id:".length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException | java.io.UncheckedIOException e) {
            return ""; // closed meanwhile
        }
    }
}
