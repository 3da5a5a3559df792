package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the repository's pages show loads, leads somewhere, and is the same on each of them. */
class PagesTest {

    private static final Path ROOT = Path.of("..");
    private static final Path DOCS = ROOT.resolve("packaging/docs");
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*\\]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");
    private static final Pattern INSTALL = Pattern.compile("(?s)\n## Install\n.*?```sh\n(.*?)```");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "packaging/docs/CONFIGURATION.md"})
    void itsYamlLoads(String page) throws IOException {
        Matcher block = YAML.matcher(Files.readString(ROOT.resolve(page)));
        Files.writeString(Files.createDirectory(folder.resolve("jobs.d")).resolve("jobs.yaml"), "jobs: {}\n");
        int found = 0;
        while (block.find()) {
            Path file = folder.resolve(found++ + ".yaml");
            Files.writeString(file, block.group(1));
            assertEquals(List.of(), new ConfigLoader().validate(List.of(file)).problems(), block.group(1));
        }
        assertTrue(found > 0, page + " shows no configuration");
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        int found = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                found++;
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(page + ": " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(found > 40, "links were not found: " + found);
    }

    /** The laboratory runs the commands of INSTALL.md. */
    @Test
    void theReadmeInstallsAsTheInstructionsDo() throws IOException {
        Matcher block = INSTALL.matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(block.find(), "README.md has no commands in its section Install");
        List<String> instructions = Files.readAllLines(DOCS.resolve("INSTALL.md"));
        List<String> others = block.group(1)
                .lines()
                .filter(line -> !instructions.contains(line))
                .toList();
        assertEquals(List.of(), others, "commands of README.md that INSTALL.md does not have");
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.list(DOCS);
                Stream<Path> others = Files.walk(ROOT.resolve(".github"))) {
            Stream<Path> more = Stream.of(
                            "packaging/tests/lab/README.md",
                            "packaging/tests/model/README.md",
                            "scheduler-core/DESIGN.md",
                            "scheduler-core/decisions/README.md")
                    .map(ROOT::resolve);
            return Stream.of(top, docs, others, more)
                    .flatMap(each -> each)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
