package io.fleetcron.config.crontab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a system says of itself: its time zone and its users. Facts that cannot be read are taken as absent. */
public final class SystemFacts {

    private SystemFacts() {}

    /** The zone of {@code /etc/localtime} (localtime(5)), else of {@code /etc/timezone}; empty if neither says one. */
    public static Optional<ZoneId> timezone(Path root) {
        return link(root.resolve("etc/localtime"))
                .or(() -> text(root.resolve("etc/timezone")))
                .map(name ->
                        name.replaceFirst("^.*zoneinfo/(posix/|right/)?", "").strip())
                .flatMap(Zones::of);
    }

    /** The home directory of each user of {@code /etc/passwd} (passwd(5)). */
    public static Map<String, String> homes(Path root) {
        Map<String, String> homes = new LinkedHashMap<>();
        text(root.resolve("etc/passwd")).stream().flatMap(String::lines).forEach(line -> {
            String[] fields = line.split(":", -1);
            if (fields.length >= 7 && fields[5].startsWith("/")) {
                homes.put(fields[0], fields[5]);
            }
        });
        return homes;
    }

    private static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Path path) {
        try {
            return Optional.of(Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
