package io.fleetcron.config.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of others on the way to a file. Where another user is needed, this runs as root only. */
class TrustedPathTest {

    /** A user that no system has. */
    private static final int MALLORY = 61_234;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        mode(folder, "rwxr-xr-x");
        file = Files.createDirectories(folder.resolve("a/b")).resolve("file");
        Files.writeString(file, "x");
        mode(file, "rw-r--r--");
        mode(folder.resolve("a"), "rwxr-xr-x");
        mode(folder.resolve("a/b"), "rwxr-xr-x");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String wrong(Path path) {
        return TrustedPath.problem(path).map(Object::toString).orElse("");
    }

    private static void give(Path path) throws IOException {
        assumeTrue(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue() == 0, "needs root");
        Files.setAttribute(path, "unix:uid", MALLORY, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean asMallory(String... command) throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(
                List.of("setpriv", "--reuid=" + MALLORY, "--regid=" + MALLORY, "--clear-groups"));
        words.addAll(List.of(command));
        return new ProcessBuilder(words).inheritIO().start().waitFor() == 0;
    }

    @Test
    void whatOnlyTheOwnerMayWriteIsTrusted() {
        assertEquals("", wrong(file));
        assertEquals("", wrong(folder.resolve("a/missing/file")));
        assertEquals("", wrong(folder.resolve("a/../a/b/./file")));
    }

    @Test
    void whatIsToBeOpenedMustExist() throws IOException {
        assertEquals(Optional.empty(), TrustedPath.problemOfExisting(file));
        Path missing = folder.resolve("a/missing");
        assertEquals(
                missing + " does not exist any more",
                TrustedPath.problemOfExisting(missing.resolve("file"))
                        .orElseThrow()
                        .toString());
        Path link = Files.createSymbolicLink(folder.resolve("dangling"), missing);
        assertTrue(TrustedPath.problemOfExisting(link).isPresent());
    }

    @Test
    void everyFolderAboveCounts() throws IOException {
        Path a = folder.resolve("a");
        for (String mode : List.of("rwxrwxrwx", "rwxr-x-wx")) {
            mode(a, mode);
            assertTrue(wrong(file).startsWith(a + " can be changed by other users (mode 07"), wrong(file));
            assertTrue(wrong(file).endsWith("run `chmod go-w " + a + "`"), wrong(file));
        }
    }

    @Test
    void whereOnlyOwnersRenameIsGoodAboveAndNotAtTheEnd() throws IOException {
        Path a = folder.resolve("a");
        Files.setAttribute(a, "unix:mode", 041777);

        assertEquals("", wrong(file));
        assertTrue(wrong(a).contains("(mode 1777)"), wrong(a));
    }

    @Test
    void aFolderOfAnotherUserIsWhereShePutsAnother() throws Exception {
        Path a = folder.resolve("a");
        give(a);

        assertTrue(asMallory("mv", a.resolve("b").toString(), a.resolve("old").toString()));
        assertTrue(asMallory("mkdir", a.resolve("b").toString()));
        assertFalse(Files.exists(file), "the attack works");

        assertTrue(wrong(file).startsWith(a + " belongs to user id " + MALLORY), wrong(file));
        assertTrue(wrong(file).endsWith("run `chown root " + a + "`"), wrong(file));
    }

    @Test
    void linksAreFollowedOneByOne() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a/b"));
        assertEquals("", wrong(link.resolve("file")));

        mode(folder.resolve("a"), "rwxrwxrwx");
        assertTrue(wrong(link.resolve("file")).startsWith(folder.resolve("a").toString()), "where it leads");

        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        assertTrue(wrong(loop).contains("too many links"), wrong(loop));
    }

    @Test
    void aLinkOfAnotherUserLeadsWhereSheLikes() throws IOException {
        Files.setAttribute(folder, "unix:mode", 041777);
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a/b"));
        give(link);

        assertTrue(wrong(link.resolve("file")).startsWith(link + " belongs to user id"), wrong(link.resolve("file")));
    }

    @Test
    void aGroupOfOnePersonIsThatPerson() {
        PrivateGroups groups = PrivateGroups.of(
                List.of("root:x:0:0::/:", "ann:x:1000:1000::/:", "bob:x:1001:1001::/:", "eve:x:1002:1001::/:"),
                List.of("root:x:0:", "ann:x:1000:", "bob:x:1001:", "staff:x:50:ann,bob", "own:x:51:ann"));

        assertTrue(groups.isPrivate(1000, 1000));
        assertTrue(groups.isPrivate(51, 1000));
        assertFalse(groups.isPrivate(50, 1000));
        assertFalse(groups.isPrivate(1001, 1001), "eve has it too");
        assertFalse(groups.isPrivate(0, 0));
        assertFalse(groups.isPrivate(77, 1000), "nobody knows who has it");
        assertEquals(Optional.empty(), TrustedPath.problem(Path.of("/")));
    }
}
