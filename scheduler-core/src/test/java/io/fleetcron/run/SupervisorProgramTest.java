package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether this host can execute the supervisor is known before a run needs it. */
class SupervisorProgramTest {

    @TempDir
    private Path folder;

    @Test
    void theBuiltProgramCanBeExecuted() {
        assertEquals(Optional.empty(), SupervisorProgram.problem());
    }

    @Test
    void saysWhyAnotherOneCannot() throws IOException {
        Path file = folder.resolve("supervisor");
        assertTold(file, "No such file");

        Files.write(file, new byte[] {0x7f, 'E', 'L', 'F', 9, 9, 9});
        assertTold(file, "Permission denied");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTold(file, "answers with status"); // execvp(3) takes what is not a program for a script

        Files.writeString(file, "#!/bin/sh\nexit 3\n");
        assertTold(file, "answers with status 3");
    }

    /** Whoever could change the specification while it is read could have anything executed. */
    @Test
    void aSpecificationThatCanStillBeChangedIsRefused() throws Exception {
        Path run = Files.createDirectory(folder.resolve("run"));
        Path file = Files.writeString(folder.resolve("specification"), "fleetcron run 1\n");
        String program = Path.of(SupervisorProgram.class
                        .getResource(
                                System.getProperty("os.arch").replace("amd64", "x86_64") + "/" + SupervisorProgram.NAME)
                        .toURI())
                .toString();
        NativeHelper.Result result = NativeHelper.run(
                new byte[0],
                List.of("sh", "-c", "exec 3<>" + file + " 5<" + file + " && exec " + program + " run " + run));
        assertEquals(new NativeHelper.Result(125, ""), result);
        assertEquals("descriptor 5 is not a sealed memory file\n", Files.readString(run.resolve("log")));
    }

    private static void assertTold(Path file, String words) {
        String reported = SupervisorProgram.problem(file).orElseThrow();
        assertTrue(reported.contains(file.toString()) && reported.contains(words), reported);
        assertTrue(reported.contains("install the fleetcron package for this host's architecture"), reported);
    }
}
