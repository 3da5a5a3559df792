package io.fleetcron.natives;

import java.io.IOException;

/** A native call that failed. The message is {@code call: NAME (meaning)}. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call the name of the call, such as {@code flock}
     * @param errno its error number, see {@link Errno}
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.meaning(errno) + ")");
        this.call = call;
        this.errno = errno;
    }

    /** The name of the call. */
    public String call() {
        return call;
    }

    /** The error number, see {@link Errno}. */
    public int errno() {
        return errno;
    }
}
