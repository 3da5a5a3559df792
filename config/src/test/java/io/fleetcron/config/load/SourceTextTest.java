package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.fleetcron.config.yaml.Problem;
import io.fleetcron.config.yaml.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong with a file before its YAML is. */
class SourceTextTest {
    private static final String JOB = "jobs: {a: {every: 5m, command: /bin/true}}\n";

    @TempDir
    Path folder;

    @Test
    void aByteOrderMarkAndForeignLineEndsAreNoProblem() {
        assertEquals(List.of(), InMemory.problems("\uFEFF" + JOB));
        assertEquals(List.of(), InMemory.problems("jobs:\r\n  a:\r\n    every: 5m\r\n    command: /bin/true\r\n"));
    }

    @Test
    void aByteOrderMarkMovesNoColumn() {
        assertEquals(
                "x.yaml:1:1: error: unknown key \"job\" in a job file; did you mean \"jobs\"?",
                only("\uFEFFjob: {}\n"));
    }

    @Test
    void columnsCountCharactersNotBytes() {
        assertEquals(
                "x.yaml:1:13: error: unknown key \"x\" in job \"a\"; allowed: " + String.join(", ", JobReader.KEYS),
                only("jobs: {a: { x: '😀', every: 5m, command: /bin/true}}"));
        assertEquals(
                "x.yaml:1:24: error: unknown key \"x\" in job \"a\"; allowed: " + String.join(", ", JobReader.KEYS),
                only("jobs: {a: {command: 😀, x: 1, every: 5m}}"));
    }

    /** One word of 3 MB kept the parser busy for up to a minute; a list of as many entries for longer. */
    @Test
    void aLineThatIsTooLongIsNotParsed() {
        String expected =
                "x.yaml:2:1: error: this line is longer than 256 KiB; break it, or put what it holds into a file of its own";

        assertEquals(expected, only("jobs:\n  " + "x".repeat(3_000_000) + ": {}\n"));
        assertEquals(expected, only("jobs:\n  [" + "a, ".repeat(900_000) + "]\n"));
    }

    @Test
    void otherEncodingsAreNamed() {
        assertEquals(
                "x.yaml:1:1: error: this file is UTF-16; save it as UTF-8",
                only(("\uFEFF" + JOB).getBytes(StandardCharsets.UTF_16LE)));
        assertEquals(
                "x.yaml:2:4: error: the byte 0xfc is not UTF-8; save the file as UTF-8",
                only("# erste\n# für zwei".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals(
                "x.yaml:1:3: error: the byte 0xe2 is not UTF-8; save the file as UTF-8",
                only(new byte[] {'a', ':', (byte) 0xe2, (byte) 0x82}));
    }

    @Test
    void controlCharactersAreNamed() {
        assertEquals("x.yaml:2:3: error: a NUL character is not allowed in YAML; remove it", only("# a\n# \0\n"));
        assertEquals("x.yaml:1:4: error: the character U+0007 is not allowed in YAML; remove it", only("a: \u0007"));
        assertEquals("x.yaml:1:4: error: the character U+FEFF is not allowed in YAML; remove it", only("a: \uFEFF"));
    }

    @Test
    void emptyFilesAreNoJobFiles() {
        String expected = "x.yaml:1:1: error: the file is empty; for a job file without jobs write `jobs: {}`";
        assertEquals(expected, only(""));
        assertEquals(expected, only("\n# jobs:\n#   a:\n"));
        assertEquals(expected, only("\uFEFF"));
    }

    @Test
    void hugeFilesAreNotParsed() {
        byte[] huge = " ".repeat(SourceText.MAX_BYTES + 1).getBytes(StandardCharsets.US_ASCII);
        assertEquals("x.yaml:1:1: error: this file is larger than 4 MiB; split it into several job files", only(huge));
    }

    @Test
    void longTextsNeverReachAProgram() {
        String most = "x".repeat(100 << 10);
        assertEquals(List.of(), InMemory.problems("jobs: {a: {every: 5m, command: " + most + "}}"));
        assertEquals(
                "x.yaml:1:32: error: command: is longer than 100 KiB, more than Linux gives a program in one piece; "
                        + "put it into a file",
                only("jobs: {a: {every: 5m, command: x" + most + "}}"));
        assertEquals(
                "x.yaml:1:44: error: env.A: is longer than 100 KiB, more than Linux gives a program in one piece; "
                        + "put it into a file",
                only("jobs: {a: {every: 5m, command: x, env: {A: " + "ü".repeat(60 << 10) + ", B: y}}}"));
    }

    @Test
    void aFloodOfProblemsIsCut() {
        String text = "jobs: {}\n";
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < 5000; i++) {
            out.append("key").append(i).append(": 1\n");
        }
        List<Problem> problems = InMemory.problems(out.toString());
        assertEquals(1001, problems.size());
        assertEquals(
                "too many problems; the others are not shown",
                problems.get(1000).message());
    }

    @Test
    void manyWarningsAreCutAndRefuseNothing() {
        StringBuilder out = new StringBuilder("jobs:\n");
        for (int i = 0; i < 1500; i++) {
            out.append("  j").append(i).append(": {schedule: '0 0 29 2 *', command: x}\n");
        }
        List<Problem> problems = InMemory.problems(out.toString());
        assertEquals(1001, problems.size());
        assertTrue(problems.stream().noneMatch(Problem::isError), () -> problems.toString());
        assertEquals(
                "too many warnings; the others are not shown",
                problems.get(1000).message());
    }

    @Test
    void pathsThatAreNoFilesAreNamed() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe.yaml");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path loop = Files.createSymbolicLink(folder.resolve("loop.yaml"), Path.of("loop.yaml"));

        assertEquals(folder + "/gone.yaml:1:1: error: no such file", read(folder.resolve("gone.yaml")));
        assertEquals(folder + ":1:1: error: this is a folder; a file is needed here", read(folder));
        assertEquals(
                pipe + ":1:1: error: this is neither a file nor a folder but a pipe, socket or device", read(pipe));
        assertTrue(read(loop).startsWith(loop + ":1:1: error: cannot be read: "), read(loop));
        assertTrue(read(pipe.resolve("a.yaml")).contains(":1:1: error: cannot be read: "));
    }

    @Test
    void forbiddenFilesAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("secret.yaml"), JOB);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root may read everything");
        assertEquals(file + ":1:1: error: permission denied", read(file));
    }

    private static String read(Path file) {
        return new ConfigLoader().load(file).problems().get(0).toString();
    }

    private static String only(String text) {
        return only(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String only(byte[] bytes) {
        List<Problem> problems = InMemory.problems(bytes);
        assertEquals(1, problems.size(), problems::toString);
        return problems.get(0).toString();
    }
}
