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

    /**
     * For who reads what others may have replaced, which does not keep the fleet from its work.
     *
     * @return {@code nothing} where something that no agent makes is in the place of a file or a folder
     * @throws StorageException this, for any other reason
     */
    public <T> T unlessPlanted(T nothing) throws StorageException {
        if (errno.equals(PLANTED) || errno.equals("ENOTDIR")) {
            return nothing;
        }
        throw this;
    }

    /** The symbolic name of the error, such as {@code EDQUOT}. */
    public String errno() {
        return errno;
    }
}
