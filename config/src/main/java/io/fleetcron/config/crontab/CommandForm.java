package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.Item.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The value of {@code command}: a line for {@code /bin/sh}, or the words of a program. What the loader has no key for yet
 * goes in here: another shell, another user, standard input.
 */
final class CommandForm {
    /** Shells that know here-documents and {@code exec}. */
    private static final Set<String> POSIX = Set.of("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox");

    private final Keys keys;

    CommandForm(Keys keys) {
        this.keys = keys;
    }

    /** One entry is a line for the shell; more are a program's words. */
    List<String> of(Task task) {
        String shell = keys.shell() ? Tasks.SH : task.shell().orElse(Tasks.SH);
        String text = task.command();
        if (task.stdin().isPresent() && !keys.stdin()) {
            boolean posix = POSIX.contains(shell.substring(shell.lastIndexOf('/') + 1));
            String last = posix ? text : "exec " + quote(shell) + " -c " + quote(text);
            text = hereDocument(task.stdin().get()) + last;
            shell = posix ? shell : Tasks.SH;
        }
        if (task.user().isPresent() && !keys.user()) {
            return asUser(task, shell, text);
        }
        return shell.equals(Tasks.SH) ? List.of(text) : List.of(shell, "-c", text);
    }

    /** runuser(1) sets HOME, USER and LOGNAME of the user and leaves the rest of the environment alone. */
    private static List<String> asUser(Task task, String shell, String text) {
        List<String> words =
                new ArrayList<>(List.of("/usr/sbin/runuser", "-u", task.user().orElseThrow(), "--"));
        task.home().ifPresent(home -> words.addAll(List.of("/usr/bin/env", "HOME=" + home)));
        words.addAll(List.of(shell, "-c", text));
        return words;
    }

    private static String hereDocument(String input) {
        String end = "STDIN";
        while (input.lines().toList().contains(end)) {
            end += "_";
        }
        return "exec <<'" + end + "'\n" + input + end + "\n";
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
