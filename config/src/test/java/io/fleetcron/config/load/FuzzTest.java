package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever stands in a file, the loader answers with problems in plain words, never with an exception. */
class FuzzTest {
    private static final int CASES = 20_000;
    private static final Pattern INTERNALS = Pattern.compile("org\\.yaml|snakeyaml|Exception|<block|\\n");

    @Test
    void noInputGivesMoreThanAProblem() throws IOException {
        long seed = Long.getLong("fleetcron.fuzz.seed", System.nanoTime());
        System.out.println("FuzzTest: repeat with -Dfleetcron.fuzz.seed=" + seed);
        Random random = new Random(seed);
        Mutations mutations = new Mutations(random);
        List<byte[]> originals = originals();
        int valid = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] input = originals.get(random.nextInt(originals.size()));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                input = mutations.mutate(input);
            }
            valid += check(input, seed) ? 1 : 0;
        }
        assertTrue(valid > CASES / 100 && valid < CASES * 9 / 10, valid + " valid inputs: the mixture is too uniform");
    }

    private static boolean check(byte[] input, long seed) {
        try {
            List<Problem> problems = InMemory.problems(input);
            for (Problem problem : problems) {
                checkWords(problem, input);
            }
            InMemory.jobs(input).forEach(JobDefinition::definitionHash);
            return problems.stream().noneMatch(Problem::isError);
        } catch (RuntimeException | StackOverflowError e) {
            return fail(
                    "seed " + seed + ", input (base64) " + Base64.getEncoder().encodeToString(input), e);
        }
    }

    private static void checkWords(Problem problem, byte[] input) {
        long lines = 2
                + new String(input, StandardCharsets.UTF_8)
                        .chars()
                        .filter(c -> c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
                        .count();
        assertTrue(problem.line() >= 1 && problem.line() <= lines, "line of " + problem);
        assertTrue(problem.column() >= 1 && problem.column() <= input.length + 1, "column of " + problem);
        assertTrue(!problem.message().isBlank(), "message of " + problem);
        assertTrue(!INTERNALS.matcher(problem.message()).find(), "words of " + problem);
    }

    private static List<byte[]> originals() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (String folder : List.of("good", "bad")) {
            for (Path file : Resources.files(folder)) {
                originals.add(Files.readAllBytes(file));
            }
        }
        byte[] sample = Files.readAllBytes(Resources.file("good/full.yaml"));
        byte[] main = Files.readAllBytes(Resources.file("good/full-main.yaml"));
        for (int i = 0; i < 100; i++) {
            originals.add(i % 2 == 0 ? sample : main);
        }
        return originals;
    }
}
