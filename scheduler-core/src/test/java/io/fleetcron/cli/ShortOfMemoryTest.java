package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.cli.option.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
final class ShortOfMemoryTest {
    @TempDir
    Path dir;

    @Test
    void aHeapThatIsTooSmallEndsTheProgramWithWordsAndWithoutATrace() throws Exception {
        Path file = dir.resolve("fleetcron.yaml");
        String jobs = IntStream.range(0, 30_000)
                .mapToObj(i -> "  job" + i + ": {schedule: '* * * * *', command: 'true'}\n")
                .collect(Collectors.joining());
        Files.writeString(file, "shared_dir: " + dir + "\nstate_dir: " + dir + "\njobs:\n" + jobs);
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx12m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "validate",
                        "--config",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(ExitCode.PROBLEM, program.waitFor(), said);
        assertTrue(said.contains("fleetcron: no memory or no thread is left: "), said);
        assertFalse(said.contains("\tat "), said);
    }
}
