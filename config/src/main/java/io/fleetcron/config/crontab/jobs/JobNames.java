package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.Origin;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a job's name of the comment above it or of its command, and keeps names apart. Not thread-safe. */
final class JobNames {
    private static final int MAX = 56; // leaves room for a number
    private static final int TITLE_WORDS = 6;
    private static final int TITLE_LENGTH = 48;

    private static final Set<String> WRAPPERS = Set.of(
            "nice",
            "ionice",
            "chrt",
            "sudo",
            "doas",
            "env",
            "exec",
            "time",
            "nohup",
            "setsid",
            "chronic",
            "timeout",
            "flock",
            "systemd-cat",
            "command",
            "stdbuf",
            "cronic",
            "runuser",
            "su");
    private static final Set<String> INTERPRETERS = Set.of(
            "sh", "bash", "dash", "ksh", "zsh", "python", "python2", "python3", "perl", "ruby", "php", "node", "java",
            "Rscript");
    private static final Set<String> GENERIC = Set.of(
            "run", "cron", "main", "start", "update", "job", "script", "index", "sync", "send", "check", "clean",
            "backup", "nightly", "daily", "hourly", "weekly", "monthly", "tick");
    private static final Set<String> GUARDS = Set.of(
            "cd", "test", "[", "[[", "true", "if", "export", "sleep", ".", "source", "umask", "set", "ulimit", "!");
    /** Folders that say nothing about what is in them. */
    private static final Set<String> PLACES = Set.of(
            "bin", "sbin", "opt", "srv", "etc", "usr", "local", "home", "root", "tmp", "var", "lib", "libexec", "share",
            "tools", "scripts", "cron");

    private static final Pattern PARTS = Pattern.compile("&&|\\|\\||[;|&(){}\\n]|\\bthen\\b|\\belse\\b|\\bdo\\b");
    private static final Pattern SUBCOMMAND = Pattern.compile("[a-z][a-z-]{1,20}");
    private static final Pattern PROGRAM = Pattern.compile("[\\w.+/$~-]*[A-Za-z][\\w.+/-]*");

    private final Set<String> taken = new HashSet<>();

    /** A free name; the place of the line where neither comment nor command gives one. */
    String of(List<String> comments, String command, Origin origin) {
        String name = title(comments)
                .or(() -> program(command))
                .orElseGet(() ->
                        slug(origin.file().substring(origin.file().lastIndexOf('/') + 1) + "-" + origin.line()));
        return free(name.isEmpty() ? "job-" + origin.line() : name);
    }

    /** The name itself, or with a number behind it. */
    String free(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    /** The last comment line above, if it reads like a title and not like a sentence or a line taken out. */
    static Optional<String> title(List<String> comments) {
        if (comments.isEmpty()) {
            return Optional.empty();
        }
        String text = comments.get(comments.size() - 1).replaceAll("^[#\\s=*~:-]+|[#\\s=*~:.-]+$", "");
        boolean sentence = text.length() > TITLE_LENGTH || text.split("\\s+").length > TITLE_WORDS;
        boolean continued = comments.size() > 1
                && Character.isLowerCase(text.isEmpty() ? ' ' : text.charAt(0))
                && comments.get(comments.size() - 2).matches(".*[\\p{L},]\\s*");
        boolean code = !text.matches("[\\p{L}\\p{N} ,.'()/&:_-]*\\p{L}{3,}[\\p{L}\\p{N} ,.'()/&:_-]*")
                || text.matches("[0-9].*|/.*|m h .*|(?i)todo\\b.*|(?i)minute hour .*");
        return sentence || continued || code
                ? Optional.empty()
                : Optional.of(slug(text)).filter(slug -> slug.length() > 2);
    }

    /** The first program that is not a mere condition or wrapper, with its subcommand. */
    static Optional<String> program(String command) {
        for (String part : PARTS.split(simple(command))) {
            Optional<String> name = named(words(part));
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }

    /** Without what stands in quotes, and without what is run for its output only. */
    private static String simple(String command) {
        String text = command.replaceAll("'[^']*'|\"[^\"]*\"", "'").replaceAll("`[^`]*`", "'");
        String before;
        do {
            before = text;
            text = text.replaceAll("\\$\\([^()]*\\)", "'");
        } while (!text.equals(before));
        return text;
    }

    private static List<String> words(String part) {
        return List.of(part.strip().split("\\s+"));
    }

    private static Optional<String> named(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String base = base(word);
            if (GUARDS.contains(base)) {
                return Optional.empty();
            }
            boolean skipped = word.startsWith("-")
                    || word.contains("=")
                    || WRAPPERS.contains(base)
                    || INTERPRETERS.contains(base)
                    || isArgumentOfWrapper(words, i)
                    || !PROGRAM.matcher(word).matches();
            if (!skipped) {
                String next = i + 1 < words.size() ? words.get(i + 1) : "";
                String name = withFolder(word, base.replaceAll("\\.(sh|py|pl|rb|php|js|jar|bash|R)$", ""));
                String whole = SUBCOMMAND.matcher(next).matches() ? name + "-" + next : name;
                return Optional.of(slug(whole)).filter(slug -> !slug.isEmpty());
            }
        }
        return Optional.empty();
    }

    /** {@code flock -n FILE}, {@code timeout 5m}, {@code sudo -u NAME}. */
    private static boolean isArgumentOfWrapper(List<String> words, int i) {
        if (i == 0) {
            return false;
        }
        String before = words.get(i - 1);
        boolean afterOption = before.matches("-[ucnEw]");
        int first = i - 1;
        while (first > 0 && words.get(first).startsWith("-")) {
            first--;
        }
        String wrapper = base(words.get(first));
        return wrapper.equals("flock")
                || (WRAPPERS.contains(wrapper) && afterOption && !wrapper.equals("ionice"))
                || words.get(i).matches("[0-9.]+[smhd]?");
    }

    /** {@code /opt/billing/bin/run} cannot be recognised by its last word alone. */
    private static String withFolder(String word, String base) {
        if (!GENERIC.contains(base)) {
            return base;
        }
        List<String> folders = new ArrayList<>(List.of(word.split("/")));
        folders.remove(folders.size() - 1);
        Collections.reverse(folders);
        return folders.stream()
                .filter(folder -> folder.matches("[A-Za-z][\\w.-]*") && !PLACES.contains(folder))
                .findFirst()
                .map(folder -> folder + "-" + base)
                .orElse(base);
    }

    private static String base(String word) {
        return word.substring(word.lastIndexOf('/') + 1);
    }

    /** Text as a job name may be: ASCII, lower case. */
    static String slug(String text) {
        String plain = Normalizer.normalize(text.replace("ß", "ss"), Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "");
        String slug = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._]+", "-");
        Matcher m = Pattern.compile("^[._-]+").matcher(slug);
        String start = m.replaceFirst("");
        return start.substring(0, Math.min(MAX, start.length())).replaceAll("[._-]+$", "");
    }
}
