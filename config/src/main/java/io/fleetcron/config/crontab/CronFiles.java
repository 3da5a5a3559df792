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
    private static final String STANDARD_INPUT = "standard input";
    private static final List<String> SPOOLS = List.of("var/spool/cron/crontabs", "var/spool/cron");

    private final Path root;
    private final CronFolders rules;
    private final List<CronTable> tables = new ArrayList<>();
    private final Map<String, List<String>> folders = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> ownerless = new ArrayList<>();

    /** Looks below {@code root}, the root folder of the system to import. */
    public CronFiles(Path root) {
        this.root = root;
        this.rules = new CronFolders(Files.exists(root.resolve("etc/debian_version")));
    }

    /**
     * Everything that crond and anacron run on this system: {@code /etc/crontab}, {@code /etc/cron.d}, the anacrontab,
     * the run-parts folders that these run, and the users' crontabs.
     */
    public CrontabSources system() {
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
            problems.add("no crontab found on this system: neither /etc/crontab, /etc/cron.d, /etc/anacrontab nor"
                    + " a user's; name files to import");
        }
        return found();
    }

    /** The user's own crontab, where {@code crontab -e} keeps it. */
    public CrontabSources ofUser(String user) {
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
     * Named files and folders of cron; {@code -} is {@code input}. A file of which neither the caller nor its place says
     * whose it is, is not read as anything: its content may be written by somebody who would like to be root.
     *
     * @param whose what the caller says of all the files
     */
    public CrontabSources files(List<String> names, Whose whose, InputStream input) {
        for (String name : names) {
            if (name.equals("-")) {
                input(input, whose);
            } else {
                path(name).ifPresent(path -> named(path, whose));
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

    private void named(Path path, Whose whose) {
        if (!Files.isDirectory(path)) {
            file(path, whose);
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

    private void file(Path file, Whose whose) {
        Optional<Kind> said = whose.kind();
        if (said.isPresent()) {
            table(file, said.get(), whose.user());
            return;
        }
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
        } else if (bytes(file).isPresent()) {
            ownerless.add(shown(file));
        }
    }

    private void input(InputStream input, Whose whose) {
        Optional<Kind> said = whose.kind();
        if (said.isEmpty()) {
            ownerless.add(STANDARD_INPUT);
            return;
        }
        try {
            tables.add(CronTable.of(STANDARD_INPUT, said.get(), whose.user(), input.readNBytes(MAX_BYTES)));
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

    private CrontabSources found() {
        return new CrontabSources(tables, folders, problems, ownerless);
    }
}
