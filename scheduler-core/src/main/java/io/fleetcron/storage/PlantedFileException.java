package io.fleetcron.storage;

import java.io.IOException;

/**
 * What lies at a path of the shared directory is nothing that an agent puts there: a link, a pipe, another user's file.
 * Nothing was read or written. The message says what it is, in one line.
 */
public final class PlantedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    PlantedFileException(String message) {
        super(message);
    }
}
