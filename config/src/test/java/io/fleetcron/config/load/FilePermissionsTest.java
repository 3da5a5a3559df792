package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePermissionsTest {
    @TempDir
    Path folder;

    @Test
    void filesAndTheirFoldersAreLookedAt() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "jobs: {}\n");
        set(file, "rw-rw-rw-");
        set(folder, "rwxr-xr-x");
        assertEquals(
                List.of(file
                        + ":1:1: warning: can be changed by other users (mode 0666), who could then run commands as "
                        + "this agent: run `chmod go-w " + file + "`"),
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
