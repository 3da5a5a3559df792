package io.fleetcron.config.crontab;

import java.io.IOException;
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

/**
 * The folders of cron: which files in them count, as crond and run-parts(8) judge by their names.
 *
 * @param debian whether names with a dot are ignored, as Debian does; cronie reads them
 */
record CronFolders(boolean debian) {
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
        return files(folder, this::counts);
    }

    /** The users' crontabs: a user's name may have a dot. */
    List<Path> usersTables(Path folder) throws IOException {
        return files(folder, debian ? name -> !name.startsWith(".") : this::counts);
    }

    /** The names of the scripts of a run-parts folder, in the order in which run-parts would run them. */
    List<String> scripts(Path folder) throws IOException {
        return files(folder, this::counts).stream()
                .filter(Files::isExecutable)
                .map(CronFolders::name)
                .toList();
    }

    private static List<Path> files(Path folder, Predicate<String> counts) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, file -> counts.test(name(file)))) {
            for (Path file : entries) {
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(CronFolders::name));
        return files;
    }

    private boolean counts(String name) {
        return debian
                ? name.matches("[A-Za-z0-9_-]+")
                : !name.matches("\\..*|#.*|.*~|.*\\.(rpm(save|orig|new)|dpkg-\\w+|swp|cfsaved)|.*,v");
    }

    /** The users' crontabs: {@code crontabs} of Debian, SUSE and BSD, {@code spool/cron} of RHEL and its like. */
    static boolean isSpool(Path folder) {
        Path path = folder.toAbsolutePath();
        return name(path).equals("crontabs") || path.endsWith("spool/cron");
    }

    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
