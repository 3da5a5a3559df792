package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.natives.UserDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** File systems and control groups that a test makes for itself; a test that needs what this host lacks is skipped. */
public final class HostParts {
    private final Path dir;
    private final Deque<Step> undo = new ArrayDeque<>();

    public HostParts(Path dir) {
        assumeTrue(UserDatabase.self() == 0, "only root may mount file systems and make control groups");
        this.dir = dir;
    }

    /** A file system in memory, mounted at a folder of this name. */
    public Path tmpfs(String name, String options) throws Exception {
        Path target = Files.createDirectory(dir.resolve(name));
        shell("mount -t tmpfs -o " + options + " tmpfs " + target);
        undo.push(() -> shell("umount -l " + target));
        return target;
    }

    /** An ext4 of its own, mounted at a folder of this name: it can be frozen. */
    public Path ext4(String name) throws Exception {
        Path target = Files.createDirectory(dir.resolve(name));
        Path image = dir.resolve(name + ".image");
        shell("truncate -s 16M " + image + " && mkfs.ext4 -q -F " + image);
        NativeHelper.Result mounted = run("mount -o loop " + image + " " + target);
        assumeTrue(mounted.status() == 0, "this host cannot mount files: " + mounted.output());
        undo.push(() -> shell("umount -l " + target));
        return target;
    }

    /** A folder on which a program may mount something. */
    Path folder(String name) throws Exception {
        Path target = Files.createDirectory(dir.resolve(name));
        undo.push(() -> run("umount -l " + target));
        return target;
    }

    /** A program that ends with the test. */
    Process process(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        undo.push(() -> process.destroyForcibly().waitFor());
        return process;
    }

    /** Whatever touches the file system waits from now on. */
    public void freeze(Path mounted) throws Exception {
        shell("fsfreeze -f " + mounted);
        undo.push(() -> run("fsfreeze -u " + mounted));
    }

    public void thaw(Path mounted) throws Exception {
        shell("fsfreeze -u " + mounted);
    }

    /** Does something while whatever touches the file system waits. */
    void whileFrozen(Path mounted, Step act) throws Exception {
        freeze(mounted);
        try {
            act.take();
        } finally {
            thaw(mounted);
        }
    }

    /** A control group that bounds the number of processes. */
    public Path tasks(String name, String most) throws Exception {
        Path root = Stream.of("/sys/fs/cgroup/pids", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElseGet(() -> abort("this host has no controller of process numbers"));
        Path group = Files.createDirectory(root.resolve(
                "fleetcron-test-" + name + "-" + ProcessHandle.current().pid()));
        undo.push(() -> remove(group, root));
        assumeTrue(Files.exists(group.resolve("pids.max")), "this host's control groups do not count processes");
        Files.writeString(group.resolve("pids.max"), most);
        return group;
    }

    /**
     * A control group that bounds memory, on a host without one of version 2 by version 1.
     *
     * @param waits whether its processes wait for memory, where the kernel can be asked to, instead of being ended
     */
    public Path memory(String name, long bytes, boolean waits) throws Exception {
        Path root = Stream.of("/sys/fs/cgroup/memory", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElseGet(() -> abort("this host has no controller of memory"));
        Path group = Files.createDirectory(root.resolve(
                "fleetcron-test-" + name + "-" + ProcessHandle.current().pid()));
        undo.push(() -> remove(group, root));
        Path limit = Stream.of("memory.limit_in_bytes", "memory.max")
                .map(group::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseGet(() -> abort("this host's control groups do not bound memory"));
        Files.writeString(limit, Long.toString(bytes));
        if (waits && Files.exists(group.resolve("memory.oom_control"))) {
            Files.writeString(group.resolve("memory.oom_control"), "1");
            undo.push(() -> Files.writeString(group.resolve("memory.oom_control"), "0"));
        }
        return group;
    }

    /** Whether a group of {@link #memory} has reached its limit. */
    public static boolean isFull(Path group) throws IOException {
        return Files.exists(group.resolve("memory.failcnt"))
                ? !Files.readString(group.resolve("memory.failcnt")).strip().equals("0")
                : !Files.readString(group.resolve("memory.events")).contains("max 0\n");
    }

    public static void enter(Path group, long pid) throws IOException {
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
    }

    private static void remove(Path group, Path root) throws Exception {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            run("echo " + pid + " >" + root.resolve("cgroup.procs"));
        }
        RunHarness.until(() -> run("rmdir " + group).status() == 0, "the end of " + group);
    }

    public static void shell(String line) throws Exception {
        assertEquals(new NativeHelper.Result(0, ""), run(line), line);
    }

    private static NativeHelper.Result run(String line) throws Exception {
        return NativeHelper.run(new byte[0], List.of("/bin/sh", "-c", line));
    }

    /** Takes everything away again. */
    public void close() throws Exception {
        while (!undo.isEmpty()) {
            undo.pop().take();
        }
    }

    interface Step {
        void take() throws Exception;
    }
}
