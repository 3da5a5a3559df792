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

    private FleetFile() {}

    /**
     * Creates the file where it is missing, else checks it.
     *
     * @throws IOException if the directory has a format that this program does not know
     */
    public static void check(SharedFiles files, Path file) throws IOException {
        check(files, file, FORMAT);
    }

    /** See {@link #check(SharedFiles, Path)}; of a program whose newest format is {@code newest}. */
    public static void check(SharedFiles files, Path file, int newest) throws IOException {
        int format = format(files.createOnce(file, text(newest)));
        if (format < Math.max(FIRST, newest - 1) || format > newest) {
            throw new IOException(file + ": " + (format < 0 ? "not a fleet file" : "format " + format)
                    + ", but this program knows format " + newest
                    + ". Install the version of fleetcron that the rest of the fleet runs,"
                    + " or correct shared_dir if it names a directory of something else");
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
        int now = format(files.read(file).orElse(""));
        if (now >= FIRST && now < Math.min(common, newest)) {
            files.write(file, text(now + 1).getBytes(StandardCharsets.UTF_8));
            LOG.info(
                    "format of the shared directory raised from {} to {}: every live instance can write it",
                    now,
                    now + 1);
        }
    }

    private static String text(int format) {
        return "{\"format\":" + format + "}\n";
    }

    private static int format(String text) {
        return StrictJson.read(text, json -> json.number("format", 0, Integer.MAX_VALUE))
                .orElse(-1);
    }
}
