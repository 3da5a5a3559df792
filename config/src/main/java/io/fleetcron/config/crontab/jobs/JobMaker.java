package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.NameRules;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.crontab.RefusedLine;
import io.fleetcron.config.crontab.Zones;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.Overlap;
import io.fleetcron.config.crontab.jobs.ImportedItem.Placement;
import io.fleetcron.config.crontab.jobs.ImportedItem.Task;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.ScheduleException;
import io.fleetcron.config.schedule.Schedules;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a job of an entry. Other jobs may have the same name. */
final class JobMaker {
    /** The loader takes 100 KiB in one piece; some is left for what the import adds. */
    private static final int MAX_BYTES = 98 << 10;

    private final SourceHost host;

    JobMaker(SourceHost host) {
        this.host = host;
    }

    /** The job of a whole line. */
    Job job(
            CrontabLine entry,
            List<String> comments,
            Optional<String> wanted,
            CatchUp catchUp,
            List<String> notes,
            Optional<String> workingDir)
            throws RefusedLine {
        ZoneId zone = zone(entry);
        Schedule times = check(entry);
        String command = entry.text().command();
        String name = wanted.filter(w -> !w.isEmpty()).orElseGet(() -> JobNames.of(comments, command, entry.origin()));
        Task task = Tasks.in(new Tasks(host).of(entry, command, entry.text().stdin()), workingDir);
        return job(
                entry, comments, name, zone, times, task, catchUp, Placements.of(command, entry.expression()), notes);
    }

    /** The job of one script of the run-parts folder that a line runs. */
    Job script(
            CrontabLine entry,
            String folder,
            String script,
            Optional<String> workingDir,
            CatchUp catchUp,
            List<String> notes)
            throws RefusedLine {
        ZoneId zone = zone(entry);
        Schedule times = check(entry);
        String path = folder + "/" + script;
        String period = folder.substring(folder.lastIndexOf('/') + 1).replaceFirst("^cron\\.", "");
        String name = JobNames.slug(period + "-" + script);
        Task task = Tasks.in(new Tasks(host).of(entry, path, Optional.empty()), workingDir);
        return job(entry, List.of(), name, zone, times, task, catchUp, Placements.ofScript(path), notes);
    }

    private Job job(
            CrontabLine entry,
            List<String> comments,
            String name,
            ZoneId zone,
            Schedule times,
            Task task,
            CatchUp catchUp,
            Placement placement,
            List<String> notes) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(ImportNotes.of(entry, host));
        Overlaps.note(entry).ifPresent(all::add);
        return new Job(
                entry.origin(),
                comments,
                name,
                entry.expression(),
                zone.getId(),
                Delays.splay(entry),
                task,
                catchUp,
                placement,
                Overlaps.of(entry, task.command(), times).map(why -> new Overlap(why, false)),
                all);
    }

    /** Its times in UTC, which is as good as any zone to tell whether they are times and how far apart they are. */
    private static Schedule check(CrontabLine entry) throws RefusedLine {
        if (entry.origin().text().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new RefusedLine("the line is longer than a job can hold; put the command into a script");
        }
        String home = entry.variables().getOrDefault("HOME", "/");
        if (!home.startsWith("/")) {
            throw new RefusedLine("HOME=" + home + " is not an absolute path, which crond needs to start anything");
        }
        Optional<String> shell = Tasks.shell(entry.variables()).filter(path -> !path.matches("/\\S+"));
        if (shell.isPresent()) {
            throw new RefusedLine("SHELL=" + shell.get()
                    + " is not an absolute path of a program, which crond needs to start anything");
        }
        Optional<String> wrong = entry.user().flatMap(NameRules::account);
        if (wrong.isPresent()) {
            throw new RefusedLine("the user `" + entry.user().get() + "`: " + wrong.get());
        }
        try {
            return Schedules.parse(entry.expression(), ZoneOffset.UTC, "any");
        } catch (ScheduleException e) {
            throw new RefusedLine(e.getMessage() + "; " + e.hint());
        }
    }

    private ZoneId zone(CrontabLine entry) throws RefusedLine {
        String id = entry.variables().getOrDefault("CRON_TZ", "").replaceFirst("^:", "");
        if (id.isEmpty()) {
            return host.timezone();
        }
        return Zones.of(id)
                .orElseThrow(() -> new RefusedLine("CRON_TZ=" + id + " is not a zone of the IANA time zone database;"
                        + " crond took it for UTC: write the times in a zone"));
    }
}
