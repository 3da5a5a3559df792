package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.run.NativeHelper.Result;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The supervisor's only parser of input from elsewhere, built with sanitizers. */
@Timeout(120)
@Slow
class SpecificationParserTest {
    private static final String END = "end 0\n\n";

    @TempDir
    static Path dir;

    private static Path parser;

    @BeforeAll
    static void compile() throws Exception {
        parser = NativeHelper.compile(
                dir,
                "spec_check",
                NativeHelper.SOURCES.resolve("spec.c").toString(),
                "-g",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all");
    }

    @Test
    void whatTheAgentWritesIsUnderstood() throws Exception {
        assertEquals("ok", parse(valid()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fleetcron run 1      | fleetcron run 2        | it is not of version 1
                    job 3;job            | jib 3;job              | a field is unknown
                    job 3;job            | job 3;jo               | a field does not end where its length says
                    job 3;job            | job 4;job              | a field does not end where its length says
                    job 3;job            | job 99999;job          | the length of a field is not what follows it
                    job 3;job            | job -1;job             | the length of a field is not what follows it
                    job 3;job            | job 0x3;job            | the length of a field is not what follows it
                    job 3;job            | job 9223372036854775808;job | the length of a field is not what follows it
                    job 3;job            | job;job                | a field is unknown
                    job 3;job            | job 3;job;job 3;job    | a field occurs too often
                    job 3;job;           | ''                     | a field is missing
                    job 3;job            | job 3;j~b              | a field holds a NUL byte
                    job 3;job            | jo~ 3;job              | the name or length of a field holds a NUL byte
                    job 3;job            | job~ 3;job             | the name or length of a field holds a NUL byte
                    job 3;job            | job 3~;job             | the name or length of a field holds a NUL byte
                    token 2;17           | token 3;17~            | a field holds a NUL byte
                    token 2;17           | token 2;-1             | a number is out of range
                    token 2;17           | token 3; 17            | a number is out of range
                    token 2;17           | token 3;+17            | a number is out of range
                    token 2;17           | token 3;17x            | a number is out of range
                    token 2;17           | token 0;               | a number is out of range
                    token 2;17           | token 19;9223372036854775808 | a number is out of range
                    umask 2;18           | umask 3;512            | a number is out of range
                    gid 2;60;            | ''                     | uid and gid belong together
                    limited 0;           | limited 1;x            | a flag holds something
                    beat_offset 4;8192   | beat_offset 4;8191     | the blocks of the lock file are not multiples of 512 in this order
                    exit_offset 5;10240  | exit_offset 4;8192     | the blocks of the lock file are not multiples of 512 in this order
                    limited 0;           | success 1;1            | a set of exit statuses is not a digit 0 or 1 for each
                    limited 0;           | retry 3;1~1            | a field holds a NUL byte
                    limited 0;           | timeout_is_final 1;1   | a flag holds something
                    end 0;;              | ''                     | a field is missing
                    end 0;               | end 1;x                | a flag holds something
                    end 0;               | end 0;;limited 0;      | something follows the end
                    arg 1;x              | arg 1;x;env 3;A~b      | a field holds a NUL byte
                    """)
    void isRefused(String part, String instead, String problem) throws Exception {
        String text = new String(valid(), StandardCharsets.UTF_8);
        String from = part.replace(';', '\n');
        assertTrue(text.contains(from), text);
        String changed = text.replace(from, instead.replace(';', '\n').replace('~', '\0'));
        assertEquals(problem, parse(changed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyTruncationIsRefused() throws Exception {
        byte[] valid = valid();
        for (int length = 0; length < valid.length; length++) {
            assertTrue(!parse(Arrays.copyOf(valid, length)).equals("ok"), "the first " + length + " bytes");
        }
    }

    @Test
    void aSetOfExitStatusesHasADigitForEach() throws Exception {
        assertEquals("ok", parse(with("success 256\n" + "01".repeat(128) + "\n")));
        for (String digits : List.of("0".repeat(255), "0".repeat(257), "0".repeat(255) + "2", "")) {
            assertEquals(
                    "a set of exit statuses is not a digit 0 or 1 for each",
                    parse(with("retry " + digits.length() + "\n" + digits + "\n")));
        }
    }

    @Test
    void countsAreCapped() throws Exception {
        assertEquals("ok", parse(with("delay 1\n1\n".repeat(1024))));
        assertEquals("a field occurs too often", parse(with("delay 1\n1\n".repeat(1025))));
        assertEquals("a field occurs too often", parse(with("group 1\n1\n".repeat(65537))));
        assertEquals("a field occurs too often", parse(with("env 3\nA=b\n".repeat(65537))));
    }

    @Test
    void noMutationIsReadBeyondItsEnd() throws Exception {
        long seed = Long.getLong("fleetcron.seed", new Random().nextLong() >>> 1);
        String count = System.getProperty("fleetcron.fuzz", "20000");
        System.out.println("seed of the mutated specifications: " + seed);
        Result result = NativeHelper.run(rich(), List.of(parser.toString(), "fuzz", Long.toString(seed), count));
        assertEquals(0, result.status(), "-Dfleetcron.seed=" + seed + "\n" + result.output());
        assertTrue(result.output().matches("(?s)accepted [1-9].*"), result.output());
    }

    private static String parse(byte[] text) throws Exception {
        Result result = NativeHelper.run(text, List.of(parser.toString(), "parse"));
        assertEquals(0, result.status(), result.output());
        return result.output().strip();
    }

    private static byte[] with(String more) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] valid = valid();
        bytes.write(valid, 0, valid.length - END.length());
        bytes.writeBytes((more + END).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static byte[] rich() throws Exception {
        return with(
                "delay 2\n10\ngroup 2\n61\nenv 3\nA=b\nioprio 5\n16388\ncgroup 4\n/x/y\ntimeout 4\n1000\nretry 256\n"
                        + "01".repeat(128) + "\n");
    }

    /** A specification with few, short fields. */
    private static byte[] valid() throws Exception {
        return specification(builder -> builder.stdin("in\0put"));
    }

    private static byte[] specification(UnaryOperator<RunHarness.Builder> change) throws Exception {
        try (RunHarness harness = new RunHarness(java.nio.file.Files.createTempDirectory(dir, "lock"))) {
            RunSpec spec = change.apply(harness.argv("/bin/sh", "x")
                            .env(Map.of("LOGNAME", "games"))
                            .as(new Account(5, 60, List.of(60L)))
                            .umask(18)
                            .lease(60_000))
                    .spec();
            RunRecord note = new RunRecord(
                    RunHarness.ID, RunHarness.FIRE, 5000, "mark", Optional.empty(), Optional.empty(), ProcessId.self());
            String text = new String(Specification.of(spec, note), StandardCharsets.UTF_8);
            return text.replace(END, "limited 0\n\n" + END).getBytes(StandardCharsets.UTF_8);
        }
    }
}
