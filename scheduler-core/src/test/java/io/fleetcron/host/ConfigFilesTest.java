package io.fleetcron.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFilesTest {

    private static final String JOBS = "jobs: {one: {every: 1h, command: 'true'}}\n";

    @TempDir
    private Path folder;

    private final ConfigFiles files = new ConfigFiles();

    @BeforeEach
    void write() throws IOException {
        Files.createDirectory(folder.resolve("jobs"));
        Files.createDirectory(folder.resolve("v1"));
        Files.createDirectory(folder.resolve("v2"));
        Files.writeString(folder.resolve("jobs/a.yaml"), JOBS);
        Files.writeString(folder.resolve("v1/b.yaml"), "jobs: {two: {every: 1h, command: 'true'}}\n");
        Files.writeString(folder.resolve("v2/b.yaml"), "jobs: {two: {every: 2h, command: 'true'}}\n");
        Files.createSymbolicLink(folder.resolve("now"), Path.of("v1"));
        Files.writeString(
                folder.resolve("main.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs, now, missing.yaml]\n");
    }

    private LoadResult read() {
        return new ConfigLoader().loadTrusted(folder.resolve("main.yaml"), files.reading());
    }

    interface Edit {
        void in(Path folder) throws IOException;
    }

    record Row(String what, Edit edit) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Row> edits() {
        return Stream.of(
                new Row("a file written again", f -> Files.writeString(f.resolve("jobs/a.yaml"), JOBS + "# more\n")),
                new Row("another text of one size and time", f -> {
                    FileTime before = Files.getLastModifiedTime(f.resolve("jobs/a.yaml"));
                    Files.writeString(f.resolve("jobs/a.yaml"), JOBS.replace("1h", "2h"));
                    Files.setLastModifiedTime(f.resolve("jobs/a.yaml"), before);
                }),
                new Row("a file put in its place", f -> {
                    Path draft = Files.writeString(f.resolve("jobs/.a"), JOBS.replace("1h", "2h"));
                    Files.setLastModifiedTime(draft, Files.getLastModifiedTime(f.resolve("jobs/a.yaml")));
                    Files.move(draft, f.resolve("jobs/a.yaml"), StandardCopyOption.ATOMIC_MOVE);
                }),
                new Row("a new file in a folder", f -> Files.writeString(f.resolve("jobs/c.yaml"), "jobs: {}\n")),
                new Row("a file removed", f -> Files.delete(f.resolve("jobs/a.yaml"))),
                new Row("the main file", f -> Files.writeString(f.resolve("main.yaml"), "shared_dir: other\n")),
                new Row("the main file removed", f -> Files.delete(f.resolve("main.yaml"))),
                new Row("a file that was missing", f -> Files.writeString(f.resolve("missing.yaml"), "jobs: {}\n")),
                new Row("a link to another folder", f -> {
                    Files.createSymbolicLink(f.resolve(".now"), Path.of("v2"));
                    Files.move(f.resolve(".now"), f.resolve("now"), StandardCopyOption.ATOMIC_MOVE);
                }),
                new Row(
                        "rights",
                        f -> Files.setPosixFilePermissions(
                                f.resolve("jobs/a.yaml"), PosixFilePermissions.fromString("rw-------"))));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void everyChangeIsNoticedAtTheSecondLookThatSeesIt(Row row) throws IOException {
        read();
        assertFalse(files.haveChanged());
        assertFalse(files.haveChanged());

        row.edit.in(folder);

        assertFalse(files.haveChanged(), "it may still be written");
        assertTrue(files.haveChanged());
        assertFalse(files.changed().isEmpty());
        read();
        assertFalse(files.haveChanged());
        assertFalse(files.haveChanged(), "it has been read");
    }

    @Test
    void whatIsStillBeingWrittenIsNotRead() throws IOException {
        read();
        for (int part = 1; part < 5; part++) {
            Files.writeString(folder.resolve("jobs/a.yaml"), JOBS + "# part ".repeat(part) + "\n");
            assertFalse(files.haveChanged(), "after part " + part);
        }
        assertTrue(files.haveChanged());
    }

    @Test
    void whatChangesWhileItIsReadIsReadAgain() {
        Consumer<Path> noted = files.reading();
        new ConfigLoader().loadTrusted(folder.resolve("main.yaml"), path -> {
            noted.accept(path);
            if (path.endsWith("a.yaml")) {
                edit(path);
            }
        });
        assertFalse(files.haveChanged());
        assertTrue(files.haveChanged());
        assertEquals(List.of(folder.resolve("jobs/a.yaml")), files.changed());
    }

    private static void edit(Path path) {
        try {
            Files.writeString(path, JOBS + "# edited\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a share that is not mounted. */
    @Test
    void aFolderThatLostAllItsFilesIsSuspicious() throws IOException {
        Files.writeString(folder.resolve("missing.yaml"), "jobs: {}\n");
        LoadResult before = read();
        Files.delete(folder.resolve("jobs/a.yaml"));
        assertEquals(List.of(folder.resolve("jobs")), files.emptied(before.files(), read().files()));

        Files.writeString(folder.resolve("main.yaml"), "shared_dir: shared\nstorage: local\njobs: [now]\n");
        assertEquals(List.of(), files.emptied(before.files(), read().files()), "it is not named any more");
    }
}
