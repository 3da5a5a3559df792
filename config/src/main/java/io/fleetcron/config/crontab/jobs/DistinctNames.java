package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells jobs of one name apart: by the host on which one of them stood alone, else by a word of the command that the others do
 * not have, and by a number only where nothing else is left. Not thread-safe, for one use.
 */
final class DistinctNames {
    private static final Pattern NOT_A_WORD = Pattern.compile("[^A-Za-z0-9_-]+");
    private static final Set<String> SAY_NOTHING = Set.of(
            "bin", "sbin", "usr", "opt", "srv", "var", "home", "etc", "local", "null", "dev", "log", "logs", "root",
            "the", "and", "then", "else", "done", "test", "echo", "sh", "bash", "php", "python", "python3", "perl",
            "true", "http", "https", "www", "com", "org", "net", "tmp", "out", "err", "txt", "run", "nice", "flock",
            "cron");

    private final Set<String> taken = new HashSet<>();
    private final Map<String, Map<String, Integer>> counted = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** The same items, each job with a name of its own. */
    static List<ImportedItem> of(List<ImportedItem> items) {
        Map<String, List<Job>> alike = new HashMap<>();
        for (ImportedItem item : items) {
            if (item instanceof Job job) {
                alike.computeIfAbsent(job.name(), name -> new ArrayList<>()).add(job);
            }
        }
        DistinctNames names = new DistinctNames();
        alike.forEach((name, jobs) -> {
            if (jobs.size() == 1) {
                names.taken.add(name);
            }
        });
        List<ImportedItem> named = new ArrayList<>();
        for (ImportedItem item : items) {
            named.add(item instanceof Job job ? names.name(job, alike.getOrDefault(job.name(), List.of())) : item);
        }
        return named;
    }

    private Job name(Job job, List<Job> alike) {
        if (alike.size() == 1 || (alike.get(0).equals(job) && taken.add(job.name()))) {
            return job;
        }
        return job.named(ofItsOwn(job, alike).filter(taken::add).orElseGet(() -> numbered(job.name())));
    }

    private Optional<String> ofItsOwn(Job job, List<Job> alike) {
        List<String> hosts = job.placement().hosts();
        if (hosts.size() == 1
                && alike.stream()
                                .filter(other -> other.placement().hosts().equals(hosts))
                                .count()
                        == 1) {
            return longer(job.name(), hosts.get(0));
        }
        Map<String, Integer> counts = counts(alike);
        return words(job).stream()
                .filter(word -> counts.getOrDefault(word, 0) == 1)
                .findFirst()
                .flatMap(word -> longer(job.name(), word));
    }

    /** In how many of these jobs' commands each word is; counted once for all that share a name. */
    private Map<String, Integer> counts(List<Job> alike) {
        return counted.computeIfAbsent(alike.get(0).name(), name -> {
            Map<String, Integer> counts = new HashMap<>();
            alike.forEach(job -> new HashSet<>(words(job)).forEach(word -> counts.merge(word, 1, Integer::sum)));
            return counts;
        });
    }

    private static Optional<String> longer(String name, String word) {
        String longer = JobNames.slug(name + "-" + word);
        return Optional.of(longer).filter(fits -> !fits.equals(name));
    }

    /** Those of its command that may say something, the longest not too long for a name. */
    private static List<String> words(Job job) {
        List<String> words = new ArrayList<>();
        String text = job.task().command() + " " + job.task().user().orElse("");
        Arrays.stream(NOT_A_WORD.split(text.toLowerCase(Locale.ROOT)))
                .map(word -> word.replaceAll("^-+|-+$", ""))
                .filter(word -> word.matches(".*[a-z].*") && word.length() > 2 && word.length() < 25)
                .filter(word -> !SAY_NOTHING.contains(word) && !job.name().contains(word))
                .forEach(words::add);
        return words;
    }

    private String numbered(String wanted) {
        String name = wanted;
        while (!taken.add(name)) {
            name = wanted + "-" + numbers.merge(wanted, 2, (number, two) -> number + 1);
        }
        return name;
    }
}
