package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.Origin;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a job's name of the comment above it or of its command. {@link DistinctNames} keeps names apart. Pure. */
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
            "su",
            "bundle",
            "npx",
            "poetry",
            "pipenv",
            "sem",
            "unshare");
    private static final Set<String> INTERPRETERS = Set.of(
            "sh", "bash", "dash", "ksh", "zsh", "python", "python2", "python3", "perl", "ruby", "php", "node", "java",
            "Rscript");
    private static final Set<String> GENERIC = Set.of(
            "run", "cron", "main", "start", "update", "job", "script", "index", "sync", "send", "check", "clean",
            "backup", "nightly", "daily", "hourly", "weekly", "monthly", "tick");
    private static final Set<String> GUARDS = Set.of(
            "cd", "test", "[", "[[", "true", "if", "export", "sleep", ".", "source", "umask", "set", "ulimit", "!",
            "fi", "done", "esac", "then", "else", "elif", "do", "for", "while", "until", "case", "pgrep", "ps", "grep",
            "null", "exit", "which", "echo", "date", "logger", "unset", "trap", "wait", "read", "pushd", "popd");
    /** Programs that say less than what they work on. */
    private static final Set<String> TOOLS = Set.of(
            "kill",
            "killall",
            "pkill",
            "rm",
            "find",
            "cp",
            "mv",
            "ln",
            "cat",
            "chmod",
            "chown",
            "curl",
            "wget",
            "tar",
            "gzip",
            "touch",
            "mail",
            "ssh",
            "scp",
            "rsync",
            "truncate",
            "mkdir",
            "tail",
            "sed",
            "awk",
            "lftp");
    /** Folders that say nothing about what is in them. */
    private static final Set<String> PLACES = Set.of(
            "null", "dev", "http", "https", "run", "log", "logs", "bin", "sbin", "opt", "srv", "etc", "usr", "local",
            "home", "root", "tmp", "var", "lib", "libexec", "share", "tools", "scripts", "cron");

    private static final Pattern PARTS = Pattern.compile("&&|\\|\\||[;|&(){}\\n]|\\bthen\\b|\\belse\\b|\\bdo\\b");
    /** A path or an address, but not where output goes. */
    private static final Pattern PATH =
            Pattern.compile("(?<![>\\w/.])(?<!> )(?!/dev/null|/bin/|/usr/bin/|/sbin/)([a-z0-9]+://|/)[\\w./?=&@:%+-]+");

    private static final Pattern SUBCOMMAND = Pattern.compile("[a-z][a-z:_-]{1,24}");
    private static final Pattern PROGRAM = Pattern.compile("[\\w.+/$~-]*[A-Za-z][\\w.+/-]*");

    private JobNames() {}

    /** The place of the line where neither comment nor command gives a name. */
    static String of(List<String> comments, String command, Origin origin) {
        String name = title(comments)
                .or(() -> program(command))
                .or(() -> program(command.replaceAll("['\"]", " ")))
                .orElseGet(() -> slug(origin.file().replaceFirst("^.*/", "") + "-" + origin.line()));
        return name.isEmpty() ? "job-" + origin.line() : name;
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
                || text.matches(
                        "[0-9].*|/.*|m h .*|(?i)todo\\b.*|(?i)min(ute)?s? hours? .*|(?i).*\\bcommand to be executed.*|(?i)user-?name\\b.*");
        return sentence || continued || code
                ? Optional.empty()
                : Optional.of(slug(text)).filter(slug -> slug.length() > 2);
    }

    /** The first program that is not a mere condition or wrapper, with its subcommand. */
    static Optional<String> program(String command) {
        for (String part : PARTS.split(simple(command))) {
            Optional<String> name = named(words(part), command);
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }

    /** Without what stands in quotes, and without what is run for its output only. */
    private static String simple(String command) {
        String text = command.replaceAll("'[^']*'|\"[^\"]*\"", "'")
                .replaceAll("`[^`]*`", "'")
                .replaceAll("[0-9&]*[<>]{1,2}&?\\s*[\\w/.$+-]+", " ");
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

    private static Optional<String> named(List<String> words, String command) {
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
                String whole = SUBCOMMAND.matcher(next).matches() && !TOOLS.contains(name)
                        ? name + "-" + next
                        : withObject(name, command);
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

    /** {@code kill $(cat /run/nginx.pid)} is about nginx, {@code curl https://shop.example.org/cron.php} about the shop. */
    private static String withObject(String name, String command) {
        if (!TOOLS.contains(name)) {
            return name;
        }
        Matcher path = PATH.matcher(command);
        while (path.find()) {
            List<String> parts = new ArrayList<>(
                    List.of(path.group().replaceFirst("\\?.*", "").split("[/@:]+")));
            Collections.reverse(parts);
            Optional<String> said = parts.stream()
                    .map(part -> part.replaceAll("\\.[a-z]{2,4}$|^www\\.", ""))
                    .filter(part -> part.matches("[A-Za-z][\\w.-]{2,30}") && !part.equals("api"))
                    .filter(part -> !PLACES.contains(part) && !GENERIC.contains(part) && !part.equals(name))
                    .findFirst();
            if (said.isPresent()) {
                return name + "-" + said.get();
            }
        }
        return name;
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
