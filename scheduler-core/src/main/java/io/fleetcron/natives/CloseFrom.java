package io.fleetcron.natives;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * posix_spawn_file_actions_addclosefrom_np(3): the JVM has descriptors without close-on-exec, which no child may see.
 * Looked up by name, because only glibc from 2.34 on has it.
 */
final class CloseFrom {
    private CloseFrom() {}

    static void add(Pointer actions, int first) throws IOException {
        int result = function().invokeInt(new Object[] {actions, first});
        if (result != 0) {
            throw new ErrnoException("posix_spawn_file_actions_addclosefrom_np", result);
        }
    }

    private static Function function() throws IOException {
        try {
            return NativeLibrary.getInstance("c").getFunction("posix_spawn_file_actions_addclosefrom_np");
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(
                    "this host's C library cannot start runs: fleetcron needs glibc 2.34 or newer"
                            + " (Debian 12, Ubuntu 22.04, Amazon Linux 2023, RHEL 9)",
                    e);
        }
    }
}
