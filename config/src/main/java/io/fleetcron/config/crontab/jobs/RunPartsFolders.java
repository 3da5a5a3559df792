package io.fleetcron.config.crontab.jobs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run-parts folders that may be looked into. A line that runs such a folder becomes a job for each of its scripts.
 * It remembers which folders some line ran; not thread-safe.
 */
final class RunPartsFolders {
    private static final Pattern RUN_PARTS =
            Pattern.compile("\\brun-parts\\b(?:\\s+-\\S+)*\\s+(/\\S*?)/?\\s*(?:[;}&|)]|$)");

    private final Map<String, List<String>> folders;
    private final Map<String, List<String>> unused;

    /** Takes the names of the scripts that run-parts would run, by folder. */
    RunPartsFolders(Map<String, List<String>> folders) {
        this.folders = Map.copyOf(folders);
        this.unused = new TreeMap<>(folders);
        unused.values().removeIf(List::isEmpty);
    }

    /** The folder that this command runs, if it may be looked into. */
    Optional<String> folder(String command) {
        Matcher m = RUN_PARTS.matcher(command);
        return m.find() ? Optional.of(m.group(1)).filter(folders::containsKey) : Optional.empty();
    }

    /** The scripts of a folder, which so counts as used. */
    List<String> in(String folder) {
        unused.remove(folder);
        return folders.getOrDefault(folder, List.of());
    }

    /** The folders with scripts that no line ran. */
    Map<String, List<String>> unused() {
        return new TreeMap<>(unused);
    }
}
