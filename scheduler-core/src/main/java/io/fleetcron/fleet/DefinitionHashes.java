package io.fleetcron.fleet;

import io.fleetcron.config.NameRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file in which an instance gives the hashes of its job definitions: that of all, then a line for each job, then an
 * empty line. What a longer content left behind follows. Another host may have written anything there: what is not of that
 * form is not read. Pure functions.
 */
public final class DefinitionHashes {

    private static final String END = "\n\n";

    /** More than {@link Fingerprints} makes. A word of a file's length for each instance would fill the heap. */
    private static final int LONGEST = 64;

    private DefinitionHashes() {}

    /**
     * What is written.
     *
     * @param all the hash of all definitions
     * @param jobs the hash of each, by its job's name
     */
    public static String text(String all, Map<String, String> jobs) {
        return jobs.entrySet().stream()
                .map(job -> job.getKey() + " " + job.getValue())
                .collect(Collectors.joining("\n", all + "\n", END));
    }

    /** Whether that is the beginning of a text that goes on, with that hash of all definitions. */
    public static boolean isCutOff(String text, String all) {
        return text.startsWith(all + "\n") && !text.contains(END);
    }

    /**
     * The hash of each definition, by its job's name.
     *
     * @return empty if the text is of other definitions than those with that hash, is not there to its end, or has a line
     *     that is not of the form
     */
    public static Optional<Map<String, String>> read(String text, String all) {
        int end = text.indexOf(END);
        if (end < 0 || !text.startsWith(all + "\n")) {
            return Optional.empty();
        }
        List<String> lines = text.substring(0, end).lines().skip(1).toList();
        Map<String, String> jobs = new HashMap<>(lines.size() * 2);
        for (String line : lines) {
            int blank = line.indexOf(' ');
            String hash = line.substring(blank + 1);
            if (blank < 0 || NameRules.job(line.substring(0, blank)).isPresent() || !isHash(hash)) {
                return Optional.empty();
            }
            jobs.put(line.substring(0, blank), hash);
        }
        return Optional.of(jobs);
    }

    private static boolean isHash(String word) {
        return !word.isEmpty()
                && word.length() <= LONGEST
                && word.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
    }
}
