package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.Item.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an operator must know of a job beyond its keys. */
final class Notes {

    private Notes() {}

    static List<String> of(Entry entry, Task task, Host host) {
        List<String> notes = new ArrayList<>();
        Map<String, String> variables = entry.variables();
        if (variables.containsKey("CRON_TZ")) {
            notes.add("CRON_TZ: cronie reads the times in this zone; Debian's cron ignores it and reads them in "
                    + host.timezone().getId());
        }
        if (entry.expression().matches(".*\\bH\\b.*") && entry.origin().text().contains("~")) {
            notes.add(
                    "`~`: cronie chose a time at each start of crond; H is one choice for ever, made by the job's name");
        }
        if (variables.containsKey("RANDOM_DELAY")) {
            notes.add("RANDOM_DELAY=" + variables.get("RANDOM_DELAY")
                    + ": each start was delayed by up to so many minutes; here it is punctual");
        }
        if (entry.options().contains('q')) {
            notes.add("crond did not log its starts; fleetcron keeps history of every run");
        }
        task.user().ifPresent(user -> {
            notes.add("runs as " + user + ", so the agent must run as root");
            if (task.workingDir().isEmpty()) {
                notes.add("the home directory of " + user + " is unknown here: set working_dir to it");
            }
        });
        return notes;
    }
}
