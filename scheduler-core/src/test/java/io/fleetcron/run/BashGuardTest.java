package io.fleetcron.run;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The same under bash, which is /bin/sh on Amazon Linux and Red Hat. */
class BashGuardTest extends GuardTest {
    @Override
    List<String> shell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        return List.of("/bin/bash", "--posix");
    }
}
