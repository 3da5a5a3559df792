package io.fleetcron.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.natives.UserDatabase;
import io.fleetcron.natives.UserRights;
import io.fleetcron.run.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Environment files: their form, and whose they may be. */
@Timeout(20)
class EnvFilesTest {
    private static final Path FILE = Path.of("/etc/job.env");
    private static final long SOMEBODY = 65_534;
    private static final int ROUNDS = 200;

    @TempDir
    Path dir;

    @Test
    void everyForm() throws Exception {
        assertEquals(
                Map.ofEntries(
                        Map.entry("PLAIN", "a b"),
                        Map.entry("EMPTY", ""),
                        Map.entry("EQUALS", "a=b=c"),
                        Map.entry("HASH", "a #b"),
                        Map.entry("SINGLE", "$HOME \\n \"x\" "),
                        Map.entry("DOUBLE", " a\"b\\c$d "),
                        Map.entry("MIXED", "a b c"),
                        Map.entry("LINES", "one\ntwo"),
                        Map.entry("LONG", "onetwo"),
                        Map.entry("ESCAPED", "a b\""),
                        Map.entry("TWICE", "second"),
                        Map.entry("LAST", "x")),
                EnvFileParser.parse(FILE, """
                        # a comment
                          ; another one, \\
                        PLAIN =  a b \t
                        EMPTY=

                        EQUALS=a=b=c
                        HASH=a #b
                        SINGLE='$HOME \\n "x" '
                        DOUBLE=" a\\"b\\\\c\\$d "
                        MIXED=a' b'" c"
                        LINES="one
                        two"
                        LONG=one\\
                        two
                        ESCAPED=a\\ b\\"
                        TWICE=first
                        TWICE=second\r
                        LAST=x"""));
    }

    @Test
    void blanksInQuotesAreKeptAtTheEnd() throws Exception {
        assertEquals(Map.of("A", "x  "), EnvFileParser.parse(FILE, "A=x'  '   \n"));
        assertEquals(Map.of("A", ""), EnvFileParser.parse(FILE, "A=   "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`A=1\\n\\nhush`| 3: expected NAME=VALUE, or # and a comment",
                "`export A=hush`| 1: what stands before =",
                "`A=1\\n9B=hush`| 2: what stands before =",
                "`=hush`| 1: what stands before =",
                "`FLEETCRON_RUN=hush`| 1: what stands before =",
                "`A=\"x\\ny\\nhush`| 1: the quote \" is not closed",
                "`A=\"x\\ny\"\\nB='hush`| 3: the quote ' is not closed",
                "`A=x\\\\\\ny\\nB=hush\\\\`| 3: nothing follows the last backslash",
                "`A=1\\nB=hush\\0`| 2: a NUL character"
            })
    void everyMistakeNamesItsLineAndShowsNothing(String text, String message) {
        String unescaped = text.replace("\\\\", "\u0001")
                .replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\u0001", "\\");
        String reason = assertThrows(CannotRunException.class, () -> EnvFileParser.parse(FILE, unescaped))
                .reason();
        assertEquals("env_file /etc/job.env:" + message, reason.substring(0, 22 + message.length()));
        assertFalse(reason.contains("hush"), reason);
    }

    @Test
    void aFileThatIsMissingOrNone() throws Exception {
        Path missing = dir.resolve("missing");
        assertEquals(
                "env_file " + missing
                        + " cannot be read: open: ENOENT (no such file or directory); create it or correct `env_file`",
                refusal(missing, 0));
        assertEquals("env_file " + dir + " is not a regular file", refusal(dir, 0));
        Path pipe = dir.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertEquals("env_file " + pipe + " is not a regular file", refusal(pipe, 0));
        Path large = write("large", "A=" + "x".repeat(1 << 20));
        assertEquals("env_file " + large + " is larger than 1 MiB", refusal(large, 0));
        Path latin = dir.resolve("latin");
        Files.write(latin, new byte[] {'A', '=', (byte) 0xe9});
        assertEquals("env_file " + latin + " is not text in UTF-8", refusal(latin, 0));
    }

    @Test
    void aFileThatOthersMayWrite() throws Exception {
        Path file = write("open", "A=1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertEquals(
                "env_file " + file + " may be written by others than its owner; run `chmod go-w` on it",
                refusal(file, UserDatabase.self()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(Map.of("A", "1"), EnvFileReader.read(file, as(UserDatabase.self())));
    }

    @Test
    void whoseItMayBe() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may give files away");
        Path file = write("given", "A=1");
        Files.setAttribute(file, "unix:uid", (int) SOMEBODY);
        assertEquals(Map.of("A", "1"), EnvFileReader.read(file, as(SOMEBODY)));
        assertEquals(
                "env_file " + file + " belongs to user id 65534; it must belong to root or to the command's user",
                refusal(file, 5));
    }

    /** The way must be root's, or the command's user could point at what only root may read. */
    @Test
    void noUserReachesRootsFilesByALinkOfHisOwn() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root reads for others");
        Path secret = Files.createFile(
                Path.of("/root/.fleetcron-test-" + ProcessHandle.current().pid()));
        try {
            Files.writeString(secret, "A=1");
            assertEquals(Map.of("A", "1"), EnvFileReader.read(secret, as(SOMEBODY)), "root's own folders all the way");
            Path home = Files.createDirectory(dir.resolve("home"));
            Path link = Files.createSymbolicLink(home.resolve("job.env"), secret);
            Files.setAttribute(home, "unix:uid", (int) SOMEBODY);
            Path nowhere = Files.createSymbolicLink(home.resolve("no.env"), Path.of("/root/.fleetcron-test-none"));
            for (Path path : List.of(dir, home)) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            String text = " cannot be read: open: EACCES (permission denied); create it or correct `env_file`";
            assertEquals("env_file " + link + text, refusal(link, SOMEBODY));
            assertEquals("env_file " + nowhere + text, refusal(nowhere, SOMEBODY), "it does not tell what there is");
            Path own = Files.writeString(home.resolve("own.env"), "A=2");
            Files.setAttribute(own, "unix:uid", (int) SOMEBODY);
            assertEquals(Map.of("A", "2"), EnvFileReader.read(own, as(SOMEBODY)));
        } finally {
            Files.delete(secret);
        }
    }

    /** In a folder like /tmp she may put a link in the place of her file, or make one where there is none, at any moment. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(600)
    void noUserReachesRootsFilesByALinkAtTheRightMoment(boolean instead) throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root reads for others");
        Path secret = Files.createFile(
                Path.of("/root/.fleetcron-test-" + ProcessHandle.current().pid()));
        Path tmp = Files.createDirectory(dir.resolve("tmp"));
        Files.setAttribute(tmp, "unix:mode", 01777);
        Files.setAttribute(dir, "unix:mode", 0711);
        Path file = tmp.resolve("job.env");
        AtomicBoolean over = new AtomicBoolean();
        Thread alice = new Thread(() -> asSomebody(() -> {
            while (!over.get()) {
                Path own = Files.writeString(tmp.resolve("own"), "WHOSE=alice");
                Files.move(own, file, StandardCopyOption.ATOMIC_MOVE);
                if (!instead) {
                    Files.delete(file);
                }
                Path link = Files.createSymbolicLink(tmp.resolve("link"), secret);
                Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        }));
        try {
            Files.writeString(secret, "WHOSE=root");
            alice.start();
            int read = 0;
            int refused = 0;
            for (int round = 0; round < ROUNDS * 20 || read < ROUNDS || refused < ROUNDS; round++) {
                try {
                    assertEquals(Map.of("WHOSE", "alice"), EnvFileReader.read(file, as(SOMEBODY)), "round " + round);
                    read++;
                } catch (CannotRunException e) {
                    refused++;
                }
            }
        } finally {
            over.set(true);
            alice.join();
            Files.delete(secret);
        }
    }

    private static <T> void asSomebody(UserRights.Work<T> work) {
        try {
            UserRights.as(SOMEBODY, SOMEBODY, List.of(), work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pipe of root's, to which a program of root's writes what somebody else waits for. */
    @Test
    void aPipeIsNotDrained() throws Exception {
        Path pipe = dir.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Process writer = new ProcessBuilder("sh", "-c", "echo secret >\"$1\"", "sh", pipe.toString()).start();
        try {
            // It waits for a reader, at the latest when its one child, if any, is gone.
            Path status = Path.of("/proc/" + writer.pid() + "/stat");
            for (int still = 0; still < 20; still = Files.readString(status).contains(") S ") ? still + 1 : 0) {
                Thread.sleep(5);
            }

            assertEquals("env_file " + pipe + " is not a regular file", refusal(pipe, UserDatabase.self()));

            assertEquals("secret\n", Files.readString(pipe));
            assertEquals(0, writer.waitFor());
        } finally {
            writer.destroyForcibly();
        }
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(dir.resolve(name), text);
    }

    private static RunAs as(long uid) {
        Optional<Account> account = uid == UserDatabase.self() || UserDatabase.self() != 0
                ? Optional.empty()
                : Optional.of(new Account(uid, uid, List.of(uid)));
        return new RunAs("user", uid, "/", account);
    }

    private static String refusal(Path file, long user) {
        return assertThrows(CannotRunException.class, () -> EnvFileReader.read(file, as(user)))
                .reason();
    }
}
