package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.crontab.Anacron;
import io.fleetcron.config.crontab.Assignment;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.Crond;
import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.crontab.CrontabLineParser;
import io.fleetcron.config.crontab.Origin;
import io.fleetcron.config.crontab.RefusedLine;
import io.fleetcron.config.crontab.TextLine;
import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import io.fleetcron.config.crontab.jobs.ImportedItem.Remark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Goes through one crontab from top to bottom, with the variables and comments that hold at each line. */
final class TableImport {
    /** In which zone the times are, to cronie. */
    private static final String ZONE = "CRON_TZ";

    private final CronTable table;
    private final EntryImport entries;
    private final Accounts accounts;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<String> comments = new ArrayList<>();
    private final List<ImportedItem> items = new ArrayList<>();

    TableImport(CronTable table, EntryImport entries, Accounts accounts) {
        this.accounts = accounts;
        this.table = table;
        this.entries = entries;
    }

    List<ImportedItem> items() {
        table.lines().forEach(this::line);
        endComments();
        return items;
    }

    private void line(TextLine line) {
        Origin origin = new Origin(table.name(), line.number(), line.text());
        String text = line.text().strip();
        if (text.isEmpty()) {
            endComments();
        } else if (text.startsWith("#")) {
            comments.add(text);
        } else if (line.hasByteOrderMark()) {
            refuse(origin, "it begins with a byte order mark (U+FEFF), which no crond understands");
        } else if (!line.utf8()) {
            refuse(origin, "this is not UTF-8, and a job file is; convert the line, or move the text into a script");
        } else if (text.indexOf('\0') >= 0) {
            refuse(origin, "there is a NUL character in this line");
        } else {
            Optional<Assignment> variable = Assignment.read(text);
            variable.ifPresentOrElse(v -> variable(v, origin), () -> entry(origin, line));
        }
    }

    private void variable(Assignment variable, Origin origin) {
        Optional<String> wrong = NameRules.variable(variable.name());
        if (wrong.isPresent()) {
            refuse(origin, "the variable `" + variable.name() + "`: " + wrong.get());
            return;
        }
        endComments();
        variables.put(variable.name(), variable.value());
    }

    private List<String> doubts(TextLine line) {
        List<String> notes = new ArrayList<>();
        if (!line.ended()) {
            notes.add("the file ends without a line end: cronie ignores this line, Debian's cron the whole file");
        }
        if (table.crond().isEmpty() && line.text().contains("\\\\")) {
            notes.add("Debian's cron makes one backslash of two, cronie does not; --crond tells which it was");
        }
        if (ignoresZone()) {
            notes.add("CRON_TZ=" + variables.get(ZONE)
                    + ": Debian's cron ignores it and reads the times in the host's zone");
        }
        if (line.windows()) {
            notes.add("the line ended with CR LF: crond took the CR for a part of the command; it is dropped here");
        }
        return notes;
    }

    private void entry(Origin origin, TextLine line) {
        List<String> notes = doubts(line);
        try {
            items.addAll(
                    table.kind() == Kind.ANACRON
                            ? entries.of(Anacron.read(origin, variables), takeComments(), notes)
                            : entries.of(readByCrond(origin, line), takeComments(), notes));
        } catch (RefusedLine e) {
            refuse(origin, e.reason());
        }
    }

    private CrontabLine readByCrond(Origin origin, TextLine text) throws RefusedLine {
        boolean cronie = table.crond().equals(Optional.of(Crond.CRONIE));
        if (cronie && !text.ended()) {
            throw new RefusedLine("cronie ignores a last line that has no line end");
        }
        CrontabLine line = CrontabLineParser.read(origin, table, heeded());
        Optional<String> unknown = line.user().filter(user -> !accounts.mayHave(user));
        if (cronie && unknown.isPresent()) {
            throw new RefusedLine("cronie ignores this line: user `" + unknown.get() + "` does not exist");
        }
        Optional<String> home = accounts.missingHome(line, "");
        if (cronie && home.isPresent()) {
            throw new RefusedLine("cronie started nothing: " + home.get() + " does not exist");
        }
        return line;
    }

    private boolean ignoresZone() {
        return table.crond().equals(Optional.of(Crond.DEBIAN))
                && !variables.getOrDefault(ZONE, "").isEmpty();
    }

    /** The variables that this crond knows. */
    private Map<String, String> heeded() {
        Map<String, String> heeded = new LinkedHashMap<>(variables);
        if (ignoresZone()) {
            heeded.remove(ZONE);
        }
        return heeded;
    }

    private void refuse(Origin origin, String reason) {
        items.add(new Refused(origin, takeComments(), reason));
    }

    private void endComments() {
        if (!comments.isEmpty()) {
            items.add(new Remark(takeComments()));
        }
    }

    private List<String> takeComments() {
        List<String> taken = List.copyOf(comments);
        comments.clear();
        return taken;
    }
}
