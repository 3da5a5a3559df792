package io.fleetcron.bench.jmh;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A main file and a job file with any number of ordinary jobs, in a temporary directory. */
final class JobFiles implements AutoCloseable {

    private final Path folder;

    JobFiles(int jobs) throws IOException {
        folder = Files.createTempDirectory("fleetbench-jobs-");
        StringBuilder text = new StringBuilder("jobs:\n");
        for (int n = 0; n < jobs; n++) {
            text.append("  job-").append(n).append(":\n");
            text.append("    description: An ordinary job\n");
            text.append("    schedule: '")
                    .append(n % 60)
                    .append(' ')
                    .append(n % 24)
                    .append(" * * 1-5'\n");
            text.append("    command: [/usr/local/bin/report, --day, yesterday]\n");
            text.append("    timeout: 2h\n");
        }
        Files.writeString(folder.resolve("jobs.yaml"), text);
        Files.writeString(main(), "shared_dir: " + folder.resolve("shared") + "\nstorage: local\njobs: [jobs.yaml]\n");
    }

    private Path main() {
        return folder.resolve("fleetcron.yaml");
    }

    FleetConfig load() {
        LoadResult result = new ConfigLoader().load(main());
        return result.config().orElseThrow(() -> new IllegalStateException(result.problems() + ""));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
