package io.fleetcron.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where standard output leads. Stateless. */
public final class StandardOutput {

    private static final Path OUTPUT = Path.of("/proc/self/fd/1");

    /** S_IFMT and S_IFCHR of inode(7). */
    private static final int TYPE = 0170000;

    private static final int CHARACTER_DEVICE = 0020000;

    private StandardOutput() {}

    /** True if somebody may be looking at it: a device that is not /dev/null, or one that cannot be reported. */
    public static boolean isTerminal() {
        try {
            int mode = (Integer) Files.getAttribute(OUTPUT, "unix:mode");
            return (mode & TYPE) == CHARACTER_DEVICE && !Files.isSameFile(OUTPUT, Path.of("/dev/null"));
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }
}
