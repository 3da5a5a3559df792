package io.fleetcron.config.crontab;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The users of a system. Immutable.
 *
 * @param known those that are known, by name
 * @param complete whether there are no others
 * @param missing those whose home does not exist, and the paths of folders that a crontab has as HOME and that do not exist
 */
public record Accounts(Map<String, Account> known, boolean complete, Set<String> missing) {
    /** nsswitch.conf(5) where no user comes from elsewhere. */
    private static final String LOCAL_ONLY =
            "(?s).*(^|\n)passwd:[ \t]*((files|compat|systemd|altfiles)[ \t]*)*(\n.*|#.*|$)";

    /** Nothing is known. */
    public static final Accounts UNKNOWN = new Accounts(Map.of(), false, Set.of());

    /** In a folder that was collected from a host: one user a line, whose home did not exist there, or one such HOME. */
    static final String MISSING_HOMES = "missing-homes";

    /** A line of passwd(5). */
    record Account(int uid, String home) {}

    public Accounts {
        known = Map.copyOf(known);
        missing = Set.copyOf(missing);
    }

    /** Those of {@code /etc/passwd} of the system whose root folder this is. */
    public static Accounts of(Path root) {
        return of(root, List.of());
    }

    /** The same, with what these crontabs of that system have as HOME. */
    public static Accounts of(Path root, List<CronTable> tables) {
        Map<String, Account> known = passwd(root);
        Set<String> missing = new HashSet<>();
        known.forEach((name, account) -> {
            if (isMissing(root, account.home())) {
                missing.add(name);
            }
        });
        tables.stream()
                .flatMap(table -> table.lines().stream())
                .flatMap(line -> Assignment.read(line.text()).stream())
                .filter(variable -> variable.name().equals("HOME"))
                .map(Assignment::value)
                .filter(home -> home.startsWith("/") && isMissing(root, home))
                .forEach(missing::add);
        return new Accounts(known, isComplete(root, known), missing);
    }

    private static boolean isMissing(Path root, String home) {
        try {
            return !Files.isDirectory(root.resolve(home.replaceFirst("^/+", "")));
        } catch (InvalidPathException e) {
            return true;
        }
    }

    /** Those of a host from which this folder was collected. */
    public static Accounts collected(Path folder) {
        Map<String, Account> known = passwd(folder);
        Set<String> missing = Set.copyOf(new HashSet<>(
                SmallText.of(folder.resolve(MISSING_HOMES)).orElse("").lines().toList()));
        return new Accounts(known, isComplete(folder, known), missing);
    }

    /** Whether it is not certain that there is no such user. */
    public boolean mayHave(String user) {
        return !complete || known.containsKey(user);
    }

    /** Whether a user can only come from a source other than the passwd that was read, such as LDAP. */
    public boolean isFromElsewhere(String user) {
        return !known.isEmpty() && !complete && !known.containsKey(user);
    }

    /** The home of a user, if it does not exist. */
    public Optional<String> missingHome(String user) {
        return missing.contains(user) ? Optional.ofNullable(known.get(user)).map(Account::home) : Optional.empty();
    }

    /** Where crond would start an entry, as it stands in a sentence, if that does not exist. */
    public Optional<String> missingHome(CrontabLine entry, String owner) {
        String home = entry.variables().getOrDefault("HOME", "");
        return home.isEmpty()
                ? missingHome(entry.user().orElse(owner)).map(path -> "the user's home " + path)
                : Optional.of(home).filter(missing::contains).map(path -> "HOME=" + path);
    }

    Optional<Integer> uid(String user) {
        return Optional.ofNullable(known.get(user)).map(Account::uid);
    }

    private static Map<String, Account> passwd(Path root) {
        Map<String, Account> known = new HashMap<>();
        for (String line : SmallText.of(root.resolve("etc/passwd")).orElse("").split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 6 && fields[2].matches("[0-9]{1,9}")) {
                known.put(fields[0], new Account(Integer.parseInt(fields[2]), fields[5]));
            }
        }
        return known;
    }

    private static boolean isComplete(Path root, Map<String, Account> known) {
        String sources = SmallText.of(root.resolve("etc/nsswitch.conf")).orElse("passwd: files\n");
        return !known.isEmpty() && sources.matches(LOCAL_ONLY);
    }
}
