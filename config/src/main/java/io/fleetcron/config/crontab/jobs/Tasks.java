package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.crontab.jobs.ImportedItem.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an entry runs: its user, shell and environment as crond would give them (crontab(5)). Pure. */
final class Tasks {
    /** Variables that speak to crond or anacron; commands get them only where they name them. */
    private static final Set<String> FOR_CROND = Set.of(
            "MAILTO",
            "MAILFROM",
            "CONTENT_TYPE",
            "CONTENT_TRANSFER_ENCODING",
            "CRON_TZ",
            "RANDOM_DELAY",
            "START_HOURS_RANGE",
            "NO_MAIL_OUTPUT");

    /** crond sets these itself, whatever the crontab says. */
    private static final Set<String> CRONDS_OWN = Set.of("LOGNAME", "USER");

    private final SourceHost host;

    Tasks(SourceHost host) {
        this.host = host;
    }

    Task of(CrontabLine entry, String command, Optional<String> stdin) {
        Map<String, String> variables = entry.variables();
        Optional<String> home = Optional.ofNullable(variables.get("HOME")).filter(value -> !value.isEmpty());
        return new Task(
                command,
                stdin,
                shell(variables).filter(shell -> !shell.equals(ShellCommand.SH)),
                entry.user(),
                home,
                missingHome(entry, host).map(missing -> "/").or(() -> home),
                environment(variables, command),
                Mails.of(entry, host));
    }

    /** The folder where Debian's cron starts the command, if it is missing: it starts it in / then. */
    static Optional<String> missingHome(CrontabLine entry, SourceHost host) {
        return host.accounts().missingHome(entry, host.user());
    }

    /** The shell that the crontab names. */
    static Optional<String> shell(Map<String, String> variables) {
        return Optional.ofNullable(variables.get("SHELL")).filter(shell -> !shell.isBlank());
    }

    /** The same in this folder, if there is one. */
    static Task in(Task task, Optional<String> workingDir) {
        return new Task(
                task.command(),
                task.stdin(),
                task.shell(),
                task.user(),
                task.home(),
                workingDir.or(task::workingDir),
                task.env(),
                task.mail());
    }

    private static Map<String, String> environment(Map<String, String> variables, String command) {
        Map<String, String> env = new LinkedHashMap<>();
        variables.forEach((name, value) -> {
            boolean elsewhere = CRONDS_OWN.contains(name) || name.equals("SHELL") || name.equals("HOME");
            boolean unseen = FOR_CROND.contains(name) && !command.contains(name);
            if (!elsewhere && !unseen) {
                env.put(name, value);
            }
        });
        return env;
    }
}
