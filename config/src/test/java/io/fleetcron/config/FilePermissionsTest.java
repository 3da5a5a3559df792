package io.fleetcron.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePermissionsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "100644, 0, 0, true",
        "100644, 0, 1000, true",
        "100600, 1000, 1000, true",
        "100644, 1000, 0, false",
        "100644, 1001, 1000, false",
        "100664, 0, 0, false",
        "100646, 0, 0, false",
        "040755, 0, 0, true",
        "041777, 0, 0, false",
    })
    void onlyRootAndTheReaderMayWrite(String mode, int owner, int reader, boolean good) {
        assertEquals(
                good,
                FilePermissions.wrong(Integer.parseInt(mode, 8), owner, reader).isEmpty());
    }

    @Test
    void filesAndTheirFoldersAreLookedAt() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "jobs: {}\n");
        set(file, "rw-rw-r--");
        set(folder, "rwxr-xr-x");
        assertEquals(
                List.of(file
                        + ":1:1: warning: can be changed by other users (mode 0664), who could then run commands as "
                        + "this agent; run `chmod go-w` on it"),
                shown(file));

        set(file, "rw-r--r--");
        assertEquals(List.of(), shown(file));

        set(folder, "rwxrwxrwx");
        assertTrue(shown(file).get(0).startsWith(folder + ":1:1: warning: can be changed by other users (mode 0777)"));
    }

    @Test
    void aMissingFileIsTheLoadersBusiness() {
        assertEquals(List.of(), shown(folder.resolve("gone/gone.yaml")));
    }

    private static void set(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static List<String> shown(Path file) {
        return FilePermissions.check(List.of(file), Problem.Severity.WARNING).stream()
                .map(Problem::toString)
                .toList();
    }
}
