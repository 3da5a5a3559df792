package io.fleetcron.natives;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * posix_spawn_file_actions_addclosefrom_np(3): the JVM has descriptors without close-on-exec, which no child may see.
 * Apart from the others, because only glibc from 2.34 on has it.
 */
final class CloseFrom {
    private CloseFrom() {}

    private static final class Call {
        static {
            Native.register(Call.class, "c");
        }

        static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int first);
    }

    static void add(Pointer actions, int first) throws IOException {
        int result;
        try {
            result = Call.posix_spawn_file_actions_addclosefrom_np(actions, first);
        } catch (LinkageError e) { // not there; after the first time the class is not
            throw new IOException(
                    "this host's C library cannot start runs: fleetcron needs glibc 2.34 or newer"
                            + " (Debian 12, Ubuntu 22.04, Amazon Linux 2023, RHEL 9)",
                    e);
        }
        if (result != 0) {
            throw new ErrnoException("posix_spawn_file_actions_addclosefrom_np", result);
        }
    }
}
