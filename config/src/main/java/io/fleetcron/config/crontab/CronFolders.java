package io.fleetcron.config.crontab;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folders of cron: which files in them count, as crond and run-parts(8) judge by their names.
 *
 * @param crond the one of this system; absent if nothing says
 * @param collected whether these are copies, on another host
 */
record CronFolders(Optional<Crond> crond, boolean collected) {
    /** What editors and package managers leave behind; run-parts of RHEL passes over all of these. */
    private static final String LEFT_BEHIND = "\\..*|#.*|.*~|.*\\.(rpm(save|orig|new)|dpkg-\\w+|swp|cfsaved)|.*,v";

    private static final String DEBIANS_NAMES = "[A-Za-z0-9_-]+";

    /** {@code not_a_crontab} in database.c of cronie, which runs such a file as {@code x.dpkg-old}. */
    private static final String NO_CRONTAB_OF_CRONIE = "\\..*|#.*|.*~|.+\\.rpm(save|orig|new)";

    private static final Map<String, String> USUAL_TIMES = Map.of(
            "cron.hourly", "17 * * * *",
            "cron.daily", "25 6 * * *",
            "cron.weekly", "47 6 * * 7",
            "cron.monthly", "52 6 1 * *",
            "cron.yearly", "52 6 1 1 *");

    static final List<String> RUN_PARTS =
            List.of("cron.hourly", "cron.daily", "cron.weekly", "cron.monthly", "cron.yearly");

    /** When Debian's /etc/crontab runs a run-parts folder; empty for other folders. */
    static Optional<String> usualTime(Path folder) {
        return Optional.ofNullable(USUAL_TIMES.get(name(folder)));
    }

    /** The crontabs of a folder, by name. */
    List<Path> tables(Path folder) throws IOException {
        return files(folder, is(Crond.CRONIE) ? name -> !name.matches(NO_CRONTAB_OF_CRONIE) : this::counts);
    }

    /** Files that somebody may believe to count: their names are why they do not. Not what editors and packages leave behind. */
    List<Path> passedOver(Path folder) throws IOException {
        return files(folder, name -> !counts(name) && !name.matches(LEFT_BEHIND));
    }

    /** The users' crontabs: a user's name may have a dot. */
    List<Path> usersTables(Path folder) throws IOException {
        return is(Crond.DEBIAN) ? files(folder, name -> !name.startsWith(".")) : tables(folder);
    }

    /** The names of the scripts of a run-parts folder, in the order in which run-parts would run them. */
    List<String> scripts(Path folder) throws IOException {
        return files(folder, this::counts).stream()
                .filter(file -> Files.isExecutable(file) || isDangling(file))
                .map(CronFolders::name)
                .toList();
    }

    private List<Path> files(Path folder, Predicate<String> counts) throws IOException {
        if (!Files.isExecutable(folder)) {
            throw new AccessDeniedException(folder.toString()); // none of its files would seem to be one
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, file -> counts.test(name(file)))) {
            for (Path file : entries) {
                if (Files.isRegularFile(file) || isDangling(file)) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(CronFolders::name));
        return files;
    }

    /** On the host from which it was collected it led somewhere. */
    private boolean isDangling(Path file) {
        return collected && Files.isSymbolicLink(file) && !Files.exists(file);
    }

    private boolean counts(String name) {
        return is(Crond.DEBIAN) ? isDebians(name) : !name.matches(LEFT_BEHIND);
    }

    private boolean is(Crond one) {
        return crond.equals(Optional.of(one));
    }

    /** The users' crontabs: {@code crontabs} of Debian, SUSE and BSD, {@code spool/cron} of RHEL and its like. */
    static boolean isSpool(Path folder) {
        Path path = folder.toAbsolutePath();
        return name(path).equals("crontabs") || path.endsWith("spool/cron");
    }

    /** What seems to be the folder of a host, where this one is above it or in it. */
    static Optional<Path> collectedNear(Path folder) {
        for (Path above = folder.getParent(); above != null && above.getParent() != null; above = above.getParent()) {
            if (isOfHost(above)) {
                return Optional.of(above);
            }
        }
        try (Stream<Path> below = Files.list(folder)) {
            return below.filter(CronFolders::isOfHost).sorted().findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isOfHost(Path folder) {
        return Files.isDirectory(folder.resolve("etc/cron.d")) || Files.isRegularFile(folder.resolve("etc/crontab"));
    }

    /** Whether Debian's cron reads a file of this name; cronie reads others as well. */
    static boolean isDebians(String name) {
        return name.matches(DEBIANS_NAMES);
    }

    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
