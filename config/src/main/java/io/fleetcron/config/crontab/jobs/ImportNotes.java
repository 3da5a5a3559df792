package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CrontabLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What an operator must know of a job beyond its keys. */
final class ImportNotes {

    /** As in {@code date +%F}, or with a quote left open. */
    private static final Pattern FORMAT =
            Pattern.compile("\\+$|^[^']*'[^']*('[^']*'[^']*)*$|^[^\"]*\"[^\"]*(\"[^\"]*\"[^\"]*)*$");

    private static final Pattern SIXTH_FIELD = Pattern.compile("^([0-9?][0-9,*/-]*|\\?)\\s");

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
        entry.user()
                .filter(host.accounts()::isFromElsewhere)
                .ifPresent(user ->
                        notes.add("user " + user + " is not in passwd of its host, whose nsswitch.conf names other"
                                + " sources as well: crond ran it if one of them has that user"));
        Tasks.missingHome(entry, host)
                .ifPresent(
                        home -> notes.add(
                                home
                                        + " does not exist: Debian's cron started this in its own folder instead, and working_dir names /"));
        if (entry.text().stdin().isPresent()
                && FORMAT.matcher(entry.text().command()).find()) {
            notes.add(
                    "an unescaped `%` ended the command, and what follows it was its standard input; write \\% in a crontab,"
                            + " % here, if it was to be a part of the command");
        }
        if (SIXTH_FIELD.matcher(entry.text().command()).find()) {
            notes.add("the command begins like a sixth time field; crond knows only five");
        }
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
