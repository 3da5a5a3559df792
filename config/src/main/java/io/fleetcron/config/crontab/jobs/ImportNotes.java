package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CrontabLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an operator must know of a job beyond its keys. */
final class ImportNotes {

    private ImportNotes() {}

    static List<String> of(CrontabLine entry, SourceHost host) {
        List<String> notes = new ArrayList<>();
        Map<String, String> variables = entry.variables();
        if (variables.containsKey("CRON_TZ")) {
            notes.add("CRON_TZ: cronie reads the times in this zone; Debian's cron ignores it and reads them in "
                    + host.timezone().getId());
        }
        if (entry.expression().matches(".*\\bH\\b.*") && entry.origin().text().contains("~")) {
            notes.add(
                    "`~`: cronie chose a time at each start of crond; H is one lasting choice, made by the job's name");
        }
        Delays.splay(entry)
                .ifPresent(splay -> notes.add("RANDOM_DELAY: cronie chose a delay at each start of crond; splay is one"
                        + " lasting choice, made by the job's name"));
        Delays.unusable(entry)
                .ifPresent(delay -> notes.add(
                        "RANDOM_DELAY=" + delay + " is left out: it is not a number of" + " minutes up to a day"));
        Mails.unusable(entry, host)
                .forEach(address -> notes.add("MAILTO: " + address + " is left out: it is not a plain address"));
        if (variables.containsKey("MAILFROM")) {
            notes.add("MAILFROM=" + variables.get("MAILFROM") + " is left out: mail comes from the agent's user");
        }
        if (entry.text().command().contains(Placements.SYSTEMD)) {
            notes.add("it asks for systemd: on hosts that run it, a timer of the same package mostly does the work, and"
                    + " this job is not needed");
        }
        if (entry.options().contains('q')) {
            notes.add("crond did not log its starts; fleetcron keeps history of every run");
        }
        return notes;
    }
}
