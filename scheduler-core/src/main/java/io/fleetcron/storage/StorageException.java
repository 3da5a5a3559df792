package io.fleetcron.storage;

import java.io.IOException;

/**
 * The shared directory did not do what was asked. Whoever sees it must not start a run: the lock is in doubt.
 * The message names the file, the call and the errno.
 */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The name of the error where a link, or another file that no agent makes, lies at the path. */
    public static final String PLANTED = "ELOOP";

    private final String errno;

    /**
     * @param errno the symbolic name, such as {@code EIO}
     */
    public StorageException(String message, String errno) {
        super(message);
        this.errno = errno;
    }

    /** The symbolic name of the error, such as {@code EDQUOT}. */
    public String errno() {
        return errno;
    }
}
