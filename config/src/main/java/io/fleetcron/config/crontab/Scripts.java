package io.fleetcron.config.crontab;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run-parts folders that may be looked into. A line that runs such a folder becomes a job for each of its scripts.
 *
 * @param folders the names of the scripts that run-parts would run, by folder
 */
record Scripts(Map<String, List<String>> folders) {
    private static final Pattern RUN_PARTS =
            Pattern.compile("\\brun-parts\\b(?:\\s+-\\S+)*\\s+(/\\S*?)/?\\s*(?:[;}&|)]|$)");

    Scripts {
        folders = Map.copyOf(folders);
    }

    /** The folder that this command runs, if it may be looked into. */
    Optional<String> folder(String command) {
        Matcher m = RUN_PARTS.matcher(command);
        return m.find() ? Optional.of(m.group(1)).filter(folders::containsKey) : Optional.empty();
    }

    List<String> in(String folder) {
        return folders.getOrDefault(folder, List.of());
    }
}
