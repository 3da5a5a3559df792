package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.crontab.Anacron;
import io.fleetcron.config.crontab.Assignment;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
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
    private final CronTable table;
    private final EntryImport entries;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<String> comments = new ArrayList<>();
    private final List<ImportedItem> items = new ArrayList<>();

    TableImport(CronTable table, EntryImport entries) {
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
        } else if (!line.utf8()) {
            refuse(origin, "this is not UTF-8, and a job file is; convert the line, or move the text into a script");
        } else if (text.indexOf('\0') >= 0) {
            refuse(origin, "there is a NUL character in this line");
        } else {
            Optional<Assignment> variable = Assignment.read(text);
            variable.ifPresentOrElse(v -> variable(v, origin), () -> entry(origin, doubts(line)));
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

    private static List<String> doubts(TextLine line) {
        List<String> notes = new ArrayList<>();
        if (!line.ended()) {
            notes.add("the file ends without a line end: cronie ignores this line, Debian's cron the whole file");
        }
        if (line.windows()) {
            notes.add("the line ended with CR LF: crond took the CR for a part of the command; it is dropped here");
        }
        return notes;
    }

    private void entry(Origin origin, List<String> notes) {
        try {
            items.addAll(
                    table.kind() == Kind.ANACRON
                            ? entries.of(Anacron.read(origin, variables), takeComments(), notes)
                            : entries.of(
                                    CrontabLineParser.read(origin, table.kind(), table.owner(), variables),
                                    takeComments(),
                                    notes));
        } catch (RefusedLine e) {
            refuse(origin, e.reason());
        }
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
