package io.fleetcron.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.natives.Beneath.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ways of opening refuse the same. */
class BeneathTest {

    private interface Way {
        int open(int root, Path relative, Access access, boolean direct) throws ErrnoException;
    }

    @TempDir
    private Path folder;

    @Test
    void byOneCall() throws IOException {
        refuses(Beneath::open);
    }

    @Test
    void componentByComponent() throws IOException {
        refuses(Beneath::byComponents);
    }

    private void refuses(Way way) throws IOException {
        Path below = Files.createDirectories(folder.resolve("root/a/b"));
        Files.writeString(below.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("root/link"), Path.of("a"));
        Files.createSymbolicLink(below.resolve("link"), Path.of("file"));
        int root = Beneath.root(folder.resolve("root"));
        try {
            Descriptors.close(way.open(root, Path.of("a/b/file"), Access.WRITE, false));
            Descriptors.close(way.open(root, Path.of("a/b/file"), Access.READ, false));
            Descriptors.close(way.open(root, Path.of("."), Access.DIRECTORY, false));
            Descriptors.close(way.open(root, Path.of("a/b/new"), Access.CREATE, false));
            assertEquals("rw-------", mode(below.resolve("new")));
            assertErrno(Set.of(Errno.EEXIST), way, root, "a/b/new", Access.CREATE);
            assertErrno(Set.of(Errno.ENOENT), way, root, "a/none/file", Access.WRITE);
            for (Access access : Access.values()) {
                Set<Integer> refused = Set.of(Errno.ELOOP, Errno.ENOTDIR);
                assertErrno(refused, way, root, "link/b/file", access);
                assertErrno(access == Access.CREATE ? Set.of(Errno.EEXIST) : refused, way, root, "a/b/link", access);
                assertErrno(Set.of(Errno.EXDEV), way, root, "../root/a/b/file", access);
            }
        } finally {
            Descriptors.close(root);
        }
    }

    /** Every Linux has another file system at /proc. */
    @Test
    void neitherWayLeavesTheFileSystem() throws IOException {
        int root = Beneath.root(Path.of("/"));
        try {
            for (Way way : List.<Way>of(Beneath::open, Beneath::byComponents)) {
                for (Access access : List.of(Access.READ, Access.DIRECTORY, Access.LISTING)) {
                    assertErrno(Set.of(Errno.EXDEV), way, root, "proc", access);
                }
                for (Access access : List.of(Access.READ, Access.WRITE)) {
                    assertErrno(Set.of(Errno.EXDEV), way, root, "proc/sys/kernel/hostname", access);
                }
                Descriptors.close(way.open(root, Path.of("etc/passwd"), Access.READ, false));
            }
        } finally {
            Descriptors.close(root);
        }
    }

    private static void assertErrno(Set<Integer> expected, Way way, int root, String path, Access access) {
        ErrnoException e = assertThrows(ErrnoException.class, () -> way.open(root, Path.of(path), access, false), path);
        assertTrue(expected.contains(e.errno()), path + " " + access + ": " + e.getMessage());
    }

    private static String mode(Path file) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
