package io.fleetcron.observe;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The shared directory does not answer, or not with what is expected there. The message says which, in one line. */
public final class SharedDirectoryUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what was found, one sentence without a full stop
     */
    public SharedDirectoryUnavailable(String message) {
        super(message);
    }

    static SharedDirectoryUnavailable because(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        Throwable real = cause instanceof UncheckedIOException e && e.getCause() != null ? e.getCause() : cause;
        if (real instanceof SharedDirectoryUnavailable known) {
            return known;
        }
        SharedDirectoryUnavailable wrapped = new SharedDirectoryUnavailable(reported(real));
        wrapped.initCause(real);
        return wrapped;
    }

    private static String reported(Throwable cause) {
        if (cause instanceof NoSuchFileException) {
            return cause.getMessage() + " does not exist";
        }
        return cause instanceof AccessDeniedException
                ? "permission denied for " + cause.getMessage()
                : String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    }
}
