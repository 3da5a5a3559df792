package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
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
    private static final String TOO_LARGE = ": this is larger than " + (MAX_BYTES >> 20) + " MiB; no crontab is";
    private static final String STANDARD_INPUT = "standard input";
    private static final List<String> SPOOLS = List.of("var/spool/cron/crontabs", "var/spool/cron");

    private final Path root;
    private CronFolders rules;
    private final Optional<Crond> crond;
    private final Accounts accounts;
    private boolean inUse;
    private final List<CronTable> tables = new ArrayList<>();
    private final Map<String, List<String>> folders = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Ownerless> ownerless = new ArrayList<>();

    /**
     * Looks below {@code root}, the root folder of the system to import.
     *
     * @param crond what the operator says reads the crontabs; if nothing, the system is asked
     */
    public CronFiles(Path root, Optional<Crond> crond) {
        this.root = root.toAbsolutePath();
        this.crond = crond;
        this.accounts = Accounts.of(root);
        this.rules = new CronFolders(crond.or(() -> Crond.of(root)), false);
    }

    /**
     * Everything that crond and anacron run on this system: {@code /etc/crontab}, {@code /etc/cron.d}, the anacrontab,
     * the run-parts folders that these run, and the users' crontabs.
     */
    public CrontabSources system() {
        inUse = true;
        return everything("no crontab found on this system: neither /etc/crontab, /etc/cron.d, /etc/anacrontab nor"
                + " a user's; name files to import");
    }

    /** The same of a folder with files that were collected from a host: their owners and modes say nothing any more. */
    public CrontabSources collected() {
        rules = new CronFolders(rules.crond(), true);
        return everything("no crontab found in " + root + ": neither etc/crontab, etc/cron.d, etc/anacrontab nor a"
                + " user's below var/spool/cron; IMPORT.md has the commands that collect a host's, and a"
                + " host without any is left out"
                + CronFolders.collectedNear(root)
                        .map(near -> "; " + near + " may be meant")
                        .orElse(""));
    }

    /** What to report if there is no crontab. */
    private CrontabSources everything(String none) {
        entered();
        ifExists("etc/crontab", file -> table(file, Kind.SYSTEM, Optional.empty()));
        ifExists("etc/cron.d", folder -> tables(folder, Kind.SYSTEM));
        ifExists("etc/anacrontab", file -> table(file, Kind.ANACRON, Optional.of("root")));
        CronFolders.RUN_PARTS.forEach(name -> ifExists("etc/" + name, this::scripts));
        missingFolders();
        SPOOLS.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .ifPresent(f -> tables(f, Kind.USER));
        if (tables.isEmpty() && problems.isEmpty()) {
            problems.add(none);
        }
        return found();
    }

    /** What is below a folder that may not be entered seems not to exist, and who is unknown must not seem to be known. */
    private void entered() {
        for (String name : List.of("", "etc", "var", "var/spool")) {
            Path folder = root.resolve(name);
            if (Files.isDirectory(folder) && !Files.isExecutable(folder)) {
                problems.add(folder + ": permission denied; try as root");
                return;
            }
        }
        Path passwd = root.resolve("etc/passwd");
        if (Files.exists(passwd) && SmallText.of(passwd).isEmpty()) {
            problems.add(passwd + ": this cannot be read, so every user counts as one of this host");
        }
    }

    /** As empty ones: nothing in them runs. Of a collection without any, nobody knows whether its host has them. */
    private void missingFolders() {
        if (inUse || !folders.isEmpty()) {
            CronFolders.RUN_PARTS.stream()
                    .map(name -> root.resolve("etc/" + name))
                    .filter(folder -> !Files.exists(folder, LinkOption.NOFOLLOW_LINKS))
                    .forEach(folder -> folders.putIfAbsent(shown(folder), List.of()));
        }
    }

    /** The user's own crontab, where {@code crontab -e} keeps it. */
    public CrontabSources ofUser(String user) {
        inUse = true;
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
        } else if (CronFolders.isSpool(path)) {
            Path debians = path.resolve("crontabs");
            tables(Files.isDirectory(debians) ? debians : path, Kind.USER);
        } else if (CronFolders.usualTime(path).isPresent()) {
            runParts(path, CronFolders.usualTime(path).get());
        } else {
            problems.add(path + ": this folder is neither cron.d, a spool of crontabs nor one of "
                    + String.join(", ", CronFolders.RUN_PARTS) + "; "
                    + (Files.isDirectory(path.resolve("etc"))
                            ? "if it was collected from a host, write --host NAME=" + path
                            : "name the files in it"));
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
        Path parentOrRoot = file.toAbsolutePath().getParent();
        Path folder = parentOrRoot == null ? root : parentOrRoot;
        String parent = CronFolders.name(folder);
        if (CronFolders.name(file).equals("anacrontab")) {
            table(file, Kind.ANACRON, Optional.of("root"));
        } else if (CronFolders.isSpool(folder)) {
            table(file, Kind.USER, Optional.of(CronFolders.name(file)));
        } else if (parent.equals("cron.d")
                || (parent.equals("etc") && CronFolders.name(file).equals("crontab"))) {
            table(file, Kind.SYSTEM, Optional.empty());
        } else {
            bytes(file).ifPresent(bytes -> ownerless(shown(file), bytes));
        }
    }

    private void input(InputStream input, Whose whose) {
        try {
            byte[] bytes = input.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problems.add(STANDARD_INPUT + TOO_LARGE);
                return;
            }
            if (bytes.length == 0) {
                problems.add(STANDARD_INPUT + " is empty; has the command before the pipe failed?");
                return;
            }
            Optional<Kind> said = whose.kind();
            if (said.isEmpty()) {
                ownerless(STANDARD_INPUT, bytes);
                return;
            }
            CronTable table = CronTable.of(STANDARD_INPUT, said.get(), whose.user(), bytes);
            tables.add(crond.map(table::by).orElse(table));
        } catch (IOException e) {
            problems.add("standard input cannot be read: " + e.getMessage());
        }
    }

    private void ownerless(String name, byte[] bytes) {
        ownerless.add(new Ownerless(name, UserColumn.in(TextLine.split(bytes))));
    }

    private void ifExists(String name, Consumer<Path> read) {
        Path path = root.resolve(name);
        if (leadsElsewhere(path)) {
            problems.add(linked(path));
        } else if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            read.accept(path);
        } else if (Files.exists(path)) {
            problems.add(path + ": this is neither a file nor a folder");
        }
    }

    private void tables(Path folder, Kind kind) {
        try {
            for (Path file : kind == Kind.USER ? List.<Path>of() : rules.passedOver(folder)) {
                bytes(file).ifPresent(bytes -> passedOver(file, bytes));
            }
            for (Path file : kind == Kind.USER ? rules.usersTables(folder) : rules.tables(folder)) {
                table(file, kind, kind == Kind.USER ? Optional.of(CronFolders.name(file)) : Optional.empty());
            }
        } catch (IOException e) {
            problems.add(folder + ": " + reason(e));
        }
    }

    private void scripts(Path folder) {
        try {
            rules.passedOver(folder).forEach(file -> passedOver(file, new byte[0]));
            folders.put(shown(folder), rules.scripts(folder));
        } catch (IOException e) {
            problems.add(folder + ": " + reason(e));
        }
    }

    private void passedOver(Path file, byte[] bytes) {
        CronTable table = CronTable.of(shown(file), Kind.SYSTEM, Optional.empty(), bytes);
        tables.add(table.unreadable(
                Optional.of("on Debian only A-Z, a-z, 0-9, _ and - count in such a name, for cron as for run-parts")));
    }

    private void table(Path file, Kind kind, Optional<String> owner) {
        bytes(file).ifPresent(bytes -> {
            Optional<Crond> by = isOfSystem(file) ? crond.or(() -> Crond.of(root)) : crond;
            CronTable table = CronTable.of(shown(file), kind, owner, bytes);
            CronTable known = by.map(table::by).orElse(table);
            tables.add(known.unreadable(
                    by.filter(c -> inUse).flatMap(c -> checks(c).ignored(file, kind, owner))));
        });
    }

    /** Other files may have come from anywhere. */
    private boolean isOfSystem(Path file) {
        Path path = file.toAbsolutePath();
        return path.startsWith(root.resolve("etc")) || path.startsWith(root.resolve("var/spool"));
    }

    private FileChecks checks(Crond by) {
        try {
            return new FileChecks(by, (int) Files.getAttribute(root, "unix:uid"), accounts);
        } catch (IOException | UnsupportedOperationException e) {
            return new FileChecks(by, 0, accounts);
        }
    }

    /** In a collected folder, a link leads to a file of this host, which is another one, and perhaps a secret. */
    private boolean leadsElsewhere(Path file) {
        if (!rules.collected()) {
            return false;
        }
        try {
            return !file.toRealPath().startsWith(root.toRealPath());
        } catch (IOException e) {
            return Files.isSymbolicLink(file);
        }
    }

    private static String linked(Path file) {
        return file
                + ": this is a symbolic link to what was not collected; put what it leads to on its host in its place";
    }

    private Optional<byte[]> bytes(Path file) {
        if (leadsElsewhere(file)) {
            problems.add(linked(file));
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                return Optional.of(bytes);
            }
            problems.add(file + TOO_LARGE);
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
