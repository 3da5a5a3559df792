package io.fleetcron.config.crontab;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that read crontabs; they differ in what they refuse. */
public enum Crond {
    /** cron 3.0 of Debian and Ubuntu: one bad line, and it ignores the whole file. */
    DEBIAN("Debian's cron"),
    /** cronie, of Fedora, RHEL, Amazon Linux, SUSE and Arch: it leaves out the bad line alone. */
    CRONIE("cronie");

    private final String title;

    Crond(String title) {
        this.title = title;
    }

    /** As messages name it. */
    public String title() {
        return title;
    }

    /** The one of a system, by what its packages install; empty if that does not show. */
    public static Optional<Crond> of(Path root) {
        if (exists(root, "etc/debian_version")) {
            return Optional.of(DEBIAN);
        }
        boolean cronie = Stream.of("etc/redhat-release", "etc/cron.d/0hourly", "etc/SUSE-brand", "etc/arch-release")
                .anyMatch(name -> exists(root, name));
        return cronie ? Optional.of(CRONIE) : Optional.empty();
    }

    private static boolean exists(Path root, String name) {
        return Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }
}
