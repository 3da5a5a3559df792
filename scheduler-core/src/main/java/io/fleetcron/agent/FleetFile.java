package io.fleetcron.agent;

import io.fleetcron.fleet.StrictJson;
import io.fleetcron.lock.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The file that says what format the shared directory has. */
final class FleetFile {

    /** The format that this program reads and writes. */
    static final int FORMAT = 1;

    private FleetFile() {}

    /**
     * Creates the file where it is missing, else checks it.
     *
     * @throws IOException if the directory has a format that this program does not know
     */
    static void check(SharedFiles files, Path file) throws IOException {
        String found = files.createOnce(file, "{\"format\":" + FORMAT + "}\n");
        int format = format(found);
        if (format != FORMAT) {
            throw new IOException(file + ": " + (format < 0 ? "not a fleet file" : "format " + format)
                    + ", but this program knows format " + FORMAT
                    + ". Install the version of fleetcron that the rest of the fleet runs,"
                    + " or correct shared_dir if it names a directory of something else");
        }
    }

    private static int format(String text) {
        return StrictJson.read(text, json -> json.number("format", 0, Integer.MAX_VALUE))
                .orElse(-1);
    }
}
