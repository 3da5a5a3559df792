package io.fleetcron.config.crontab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;

/** What a system says of itself. Facts that cannot be read are taken as absent. */
public final class SystemFacts {

    private SystemFacts() {}

    /** The zone of {@code /etc/localtime} (localtime(5)), else of {@code /etc/timezone}; empty if neither says one. */
    public static Optional<ZoneId> timezone(Path root) {
        return link(root.resolve("etc/localtime"))
                .or(() -> SmallText.of(root.resolve("etc/timezone")))
                .map(name ->
                        name.replaceFirst("^.*zoneinfo/(posix/|right/)?", "").strip())
                .flatMap(Zones::of);
    }

    private static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
