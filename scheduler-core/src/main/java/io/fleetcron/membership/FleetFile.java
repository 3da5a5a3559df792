package io.fleetcron.membership;

import io.fleetcron.json.StrictJson;
import io.fleetcron.storage.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that says what format the shared directory has. */
public final class FleetFile {

    private static final Logger LOG = LoggerFactory.getLogger(FleetFile.class);

    /** The first format that there was. */
    private static final int FIRST = 1;

    /**
     * The newest format that this program writes. It also writes the one before, until all live instances can write this
     * one, and refuses every other.
     */
    public static final int FORMAT = 1;

    /** In the file of a shadow's directory. Older programs pass over it. */
    private static final String SHADOW = "shadow";

    /** What the fires of a shared directory are claimed for. */
    public enum Use {
        /** To be run. */
        RUNS,
        /** To be recorded, and nothing else. */
        SHADOW
    }

    private FleetFile() {}

    /**
     * Creates the file where it is missing, else checks it.
     *
     * @throws IOException if the directory has a format that this program does not know, or another use: what a shadow has
     *     claimed did not run
     */
    public static void check(SharedFiles files, Path file, Use use) throws IOException {
        check(files, file, FORMAT, use);
    }

    /** See {@link #check(SharedFiles, Path, Use)}; of a program whose newest format is {@code newest}. */
    static void check(SharedFiles files, Path file, int newest, Use use) throws IOException {
        String found = files.createOnce(file, text(newest, use));
        int format = format(found);
        if (format < Math.max(FIRST, newest - 1) || format > newest) {
            throw new IOException(file + ": " + (format < 0 ? "not a fleet file" : "format " + format)
                    + ", but this program knows format " + newest
                    + ". Install the version of fleetcron that the rest of the fleet runs,"
                    + " or correct shared_dir if it names a directory of something else");
        }
        if (use(found) != use) {
            throw new IOException(file.getParent()
                    + (use == Use.RUNS
                            ? " belongs to a shadow, which has run nothing of what is on record there: set shared_dir to"
                                    + " the directory above it"
                            : " belongs to agents that run their jobs: a shadow needs a directory of its own"));
        }
    }

    /**
     * Raises the format by one, once every live instance can write the next one.
     *
     * @param newest the newest format that this program writes
     * @param live what the live instances can write, this one included
     */
    public static void raise(SharedFiles files, Path file, int newest, Collection<Integer> live) throws IOException {
        int common = live.stream().mapToInt(Integer::intValue).min().orElse(FIRST);
        if (Math.min(common, newest) == FIRST) {
            return;
        }
        String found = files.read(file).orElse("");
        int now = format(found);
        if (now >= FIRST && now < Math.min(common, newest)) {
            files.write(file, text(now + 1, use(found)).getBytes(StandardCharsets.UTF_8));
            LOG.info(
                    "format of the shared directory raised from {} to {}: every live instance can write it",
                    now,
                    now + 1);
        }
    }

    private static String text(int format, Use use) {
        return "{\"format\":" + format + (use == Use.SHADOW ? ",\"" + SHADOW + "\":1" : "") + "}\n";
    }

    private static Use use(String text) {
        boolean shadow = StrictJson.read(text, json -> json.has(SHADOW)).orElse(false);
        return shadow ? Use.SHADOW : Use.RUNS;
    }

    private static int format(String text) {
        return StrictJson.read(text, json -> json.number("format", 0, Integer.MAX_VALUE))
                .orElse(-1);
    }
}
