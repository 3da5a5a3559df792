package io.fleetcron.fleet;

import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that this program consists of, native ones included, and the Java that runs it. Stateless. */
public final class ThisProgram {

    /** Begins the message about a {@link #problem}. */
    public static final String UNSAFE = "the program itself is not safe: ";

    private ThisProgram() {}

    /** What of it somebody else could change, and so decide what this process does. */
    public static Optional<Untrusted> problem() {
        Stream<String> parts =
                Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1));
        Stream<String> others = Stream.of("java.home", "jna.boot.library.path", "fleetcron.supervisor")
                .map(property -> System.getProperty(property, ""));
        return Stream.concat(parts, others)
                .filter(part -> !part.isEmpty())
                .map(Path::of)
                .flatMap(part -> TrustedPath.problem(part).stream())
                .findFirst();
    }
}
