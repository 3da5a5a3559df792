package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds and reads crontabs. What cannot be read becomes a problem, never an exception. Not thread-safe, for one use.
 */
public final class CronFiles {
    private static final int MAX_BYTES = 4 << 20;
    private static final List<String> SPOOLS = List.of("var/spool/cron/crontabs", "var/spool/cron");

    private final Path root;
    private final CronFolders rules;
    private final List<CronTable> tables = new ArrayList<>();
    private final Map<String, List<String>> folders = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** Looks below {@code root}, the root folder of the system to import. */
    public CronFiles(Path root) {
        this.root = root;
        this.rules = new CronFolders(Files.exists(root.resolve("etc/debian_version")));
    }

    /**
     * Everything that crond and anacron run on this system: {@code /etc/crontab}, {@code /etc/cron.d}, the anacrontab,
     * the run-parts folders that these run, and the users' crontabs.
     */
    public Found system() {
        ifExists("etc/crontab", file -> table(file, Kind.SYSTEM, Optional.empty()));
        ifExists("etc/cron.d", folder -> tables(folder, Kind.SYSTEM));
        ifExists("etc/anacrontab", file -> table(file, Kind.ANACRON, Optional.of("root")));
        CronFolders.RUN_PARTS.forEach(name -> ifExists("etc/" + name, this::scripts));
        SPOOLS.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .ifPresent(f -> tables(f, Kind.USER));
        if (tables.isEmpty() && problems.isEmpty()) {
            problems.add("there is no crontab on this system: neither /etc/crontab, /etc/cron.d, /etc/anacrontab nor"
                    + " a user's; name files to import");
        }
        return found();
    }

    /** The user's own crontab, where {@code crontab -e} keeps it. */
    public Found ofUser(String user) {
        Optional<Path> file = SPOOLS.stream()
                .map(spool -> root.resolve(spool).resolve(user))
                .filter(Files::isRegularFile)
                .findFirst();
        file.ifPresentOrElse(
                path -> table(path, Kind.USER, Optional.of(user)),
                () -> problems.add("no crontab of " + user + " in " + root.resolve(SPOOLS.get(0)) + " or "
                        + root.resolve(SPOOLS.get(1)) + " that can be read; try as root, or name its file"));
        return found();
    }

    /**
     * Named files and folders of cron; {@code -} is {@code input}.
     *
     * @param owner whose user crontabs the files are; where absent, their place or their content says what they are
     */
    public Found files(List<String> names, Optional<String> owner, InputStream input) {
        for (String name : names) {
            if (name.equals("-")) {
                input(input, owner);
            } else {
                path(name).ifPresent(path -> named(path, owner));
            }
        }
        return found();
    }

    private Optional<Path> path(String name) {
        try {
            return Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            problems.add(name + ": this cannot be a path in this system's character set; set LANG to UTF-8");
            return Optional.empty();
        }
    }

    private void named(Path path, Optional<String> owner) {
        if (!Files.isDirectory(path)) {
            owner.ifPresentOrElse(user -> table(path, Kind.USER, owner), () -> guessed(path));
        } else if (CronFolders.name(path).equals("cron.d")) {
            tables(path, Kind.SYSTEM);
        } else if (CronFolders.name(path).equals("crontabs")) {
            tables(path, Kind.USER);
        } else if (CronFolders.usualTime(path).isPresent()) {
            runParts(path, CronFolders.usualTime(path).get());
        } else {
            problems.add(path + ": this folder is neither cron.d, crontabs nor one of "
                    + String.join(", ", CronFolders.RUN_PARTS) + "; name the files in it");
        }
    }

    /** A folder without a line that runs it: at the time at which Debian's /etc/crontab does. */
    private void runParts(Path folder, String time) {
        scripts(folder);
        String line = time + " root cd / && run-parts --report " + shown(folder) + "\n";
        tables.add(CronTable.of(
                shown(folder) + " (at the usual time)",
                Kind.SYSTEM,
                Optional.empty(),
                line.getBytes(StandardCharsets.UTF_8)));
    }

    private void guessed(Path file) {
        String parent = file.toAbsolutePath().getParent() == null
                ? ""
                : CronFolders.name(file.toAbsolutePath().getParent());
        if (CronFolders.name(file).equals("anacrontab")) {
            table(file, Kind.ANACRON, Optional.of("root"));
        } else if (parent.equals("crontabs")) {
            table(file, Kind.USER, Optional.of(CronFolders.name(file)));
        } else if (parent.equals("cron.d")
                || (parent.equals("etc") && CronFolders.name(file).equals("crontab"))) {
            table(file, Kind.SYSTEM, Optional.empty());
        } else {
            bytes(file).ifPresent(bytes -> tables.add(guess(shown(file), bytes)));
        }
    }

    private CronTable guess(String name, byte[] bytes) {
        CronTable table = CronTable.of(name, Kind.USER, Optional.empty(), bytes);
        return UserColumn.isIn(table) ? new CronTable(name, Kind.SYSTEM, Optional.empty(), table.lines()) : table;
    }

    private void input(InputStream input, Optional<String> owner) {
        try {
            byte[] bytes = input.readNBytes(MAX_BYTES);
            tables.add(
                    owner.isPresent()
                            ? CronTable.of("standard input", Kind.USER, owner, bytes)
                            : guess("standard input", bytes));
        } catch (IOException e) {
            problems.add("standard input cannot be read: " + e.getMessage());
        }
    }

    private void ifExists(String name, Consumer<Path> read) {
        Path path = root.resolve(name);
        if (Files.exists(path)) {
            read.accept(path);
        }
    }

    private void tables(Path folder, Kind kind) {
        try {
            for (Path file : kind == Kind.USER ? rules.usersTables(folder) : rules.tables(folder)) {
                table(file, kind, kind == Kind.USER ? Optional.of(CronFolders.name(file)) : Optional.empty());
            }
        } catch (IOException e) {
            problems.add(folder + ": " + reason(e));
        }
    }

    private void scripts(Path folder) {
        try {
            folders.put(shown(folder), rules.scripts(folder));
        } catch (IOException e) {
            problems.add(folder + ": " + reason(e));
        }
    }

    private void table(Path file, Kind kind, Optional<String> owner) {
        bytes(file).ifPresent(bytes -> tables.add(CronTable.of(shown(file), kind, owner, bytes)));
    }

    private Optional<byte[]> bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                return Optional.of(bytes);
            }
            problems.add(file + ": this file is larger than " + (MAX_BYTES >> 20) + " MiB; no crontab is");
        } catch (IOException e) {
            problems.add(file + ": " + reason(e));
        }
        return Optional.empty();
    }

    /** As the operator would name it on that system. */
    private String shown(Path path) {
        return path.startsWith(root) && path.isAbsolute() ? "/" + root.relativize(path) : path.toString();
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof AccessDeniedException
                ? "permission denied; try as root"
                : "cannot be read: " + e.getMessage();
    }

    private Found found() {
        return new Found(tables, folders, problems);
    }
}
