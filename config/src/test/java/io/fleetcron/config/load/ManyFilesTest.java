package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a main file and its job files do together. */
class ManyFilesTest {
    @TempDir
    Path folder;

    @Test
    void aJobDefinedInTwoFilesNamesBothPlaces() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\n");
        write("jobs.d/a.yaml", "jobs:\n" + job("one") + job("two"));
        write("jobs.d/b.yaml", "jobs:\n" + job("two"));

        assertEquals(
                List.of("jobs.d/b.yaml:2:3: error: job \"two\" is defined twice, first at jobs.d/a.yaml:4; "
                        + "rename or remove one"),
                shown(new ConfigLoader().load(main).problems()));
    }

    @Test
    void problemsOfAllFilesComeAtOnceInTheOrderOfTheFiles() throws IOException {
        Path main =
                write("fleetcron.yaml", "shared_dir: /mnt/fleet\nstorage: nsf\njobs: [b.yaml, none.yaml, a.yaml]\n");
        write("a.yaml", "jobs:\n  x: {every: 5, command: a}\n");
        write("b.yaml", "jobs: [");

        LoadResult result = new ConfigLoader().load(main);

        assertEquals(
                List.of(
                        "fleetcron.yaml:2:10: error: storage: \"nsf\" is none of nfs, local; did you mean \"nfs\"?",
                        "fleetcron.yaml:3:16: error: jobs: none.yaml: no such file",
                        "b.yaml:1:8: error: a value is expected here; check brackets, quotes and indentation",
                        "a.yaml:2:14: error: every: the number \"5\" has no unit; write 5s for seconds"),
                shown(result.problems()));
        assertTrue(result.config().isEmpty());
        assertEquals(List.of(main, folder.resolve("b.yaml"), folder.resolve("a.yaml")), result.files());
    }

    @Test
    void aFileReachedOnTwoWaysIsAnError() throws IOException {
        write("jobs.d/a.yaml", "jobs:\n" + job("one"));
        Files.createSymbolicLink(folder.resolve("link.yaml"), Path.of("jobs.d/a.yaml"));
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\njobs: [jobs.d, link.yaml]\n");

        assertEquals(
                List.of("fleetcron.yaml:2:16: error: jobs: the file link.yaml is named twice; remove one"),
                shown(new ConfigLoader().load(main).problems()));
    }

    @Test
    void theMainFileIsNoJobFileOfItsOwnFolder() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\njobs: ['.']\n");

        assertEquals(
                List.of("fleetcron.yaml:2:8: error: jobs: fleetcron.yaml is this main file itself; "
                        + "jobs stand in files of their own"),
                shown(new ConfigLoader().load(main).problems()));
    }

    @Test
    void anEmptyFolderIsOnlyWorthAWarning() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\n");
        Files.createDirectory(folder.resolve("jobs.d"));

        LoadResult result = new ConfigLoader().load(main);

        assertEquals(
                List.of("fleetcron.yaml:1:1: warning: jobs: the folder jobs.d holds no *.yaml or *.yml file"),
                shown(result.problems()));
        assertTrue(result.config().isPresent());
    }

    @Test
    void aMainFileAmongTheJobFilesSaysSo() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\njobs: [other.yaml]\n");
        write("other.yaml", "shared_dir: /mnt/fleet\njobs: {}\n");

        assertEquals(
                List.of("other.yaml:1:1: error: unknown key \"shared_dir\" in a job file; allowed: jobs"),
                shown(new ConfigLoader().load(main).problems()));
    }

    @Test
    void relativePathsCountFromTheMainFile() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: ../shared\nstate_dir: ./state\n");
        write("jobs.d/a.yaml", "jobs: {a: {every: 5m, command: x, working_dir: work}}\n");

        FleetConfig config = new ConfigLoader().load(main).config().orElseThrow();

        assertEquals(folder.resolve("../shared"), config.sharedDir());
        assertEquals(folder.resolve("state"), config.stateDir().orElseThrow());
        assertEquals(
                Set.of(folder.resolve("work")),
                Set.of(config.jobs()
                        .values()
                        .iterator()
                        .next()
                        .environment()
                        .workingDir()
                        .orElseThrow()));
    }

    @Test
    void validateTakesMainFilesJobFilesAndFoldersTogether() throws IOException {
        Path main = write("fleetcron.yaml", "shared_dir: /mnt/fleet\n");
        Path own = write("jobs.d/own.yaml", "jobs:\n" + job("one"));
        Path loose = write("more/loose.yaml", "jobs:\n" + job("one") + job("two"));

        Validation result = new ConfigLoader().validate(List.of(loose.getParent(), own.getParent(), main));

        assertEquals(List.of(), result.problems());
        assertEquals(3, result.jobs(), "own.yaml is read with its main file only");
        assertEquals(Set.of(main, own, loose), Set.copyOf(result.files()));
    }

    @Test
    void validateFindsNamesThatTwoLooseFilesDefine() throws IOException {
        Path a = write("a.yaml", "jobs:\n" + job("one"));
        Path b = write("b.yaml", "jobs:\n" + job("one"));

        assertEquals(
                List.of("b.yaml:2:3: error: job \"one\" is defined twice, first at a.yaml:2; rename or remove one"),
                shown(new ConfigLoader().validate(List.of(a, b)).problems()));
    }

    @Test
    void validateNamesWhatIsNotThere() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        Validation result = new ConfigLoader().validate(List.of(empty, folder.resolve("gone")));

        assertEquals(
                List.of(
                        "empty:1:1: warning: the folder holds no *.yaml or *.yml file",
                        "gone:1:1: error: no such file"),
                shown(result.problems()));
    }

    private List<String> shown(List<Problem> problems) {
        return problems.stream()
                .map(p -> p.toString().replace(folder + "/", ""))
                .toList();
    }

    private static String job(String name) {
        return "  " + name + ":\n    {every: 5m, command: /bin/true}\n";
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
