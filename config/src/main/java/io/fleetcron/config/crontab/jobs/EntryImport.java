package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.crontab.Anacron;
import io.fleetcron.config.crontab.CrontabLine;
import io.fleetcron.config.crontab.RefusedLine;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the jobs of one line: one, or one for each script of the folder that it runs, or none. */
final class EntryImport {
    private static final Pattern UNLESS_ANACRON = Pattern.compile("anacron\\s*(\\]\\s*)?\\|\\|");
    private static final Pattern STARTS_ANACRON = Pattern.compile(
            "(invoke-rc\\.d|service)\\s+anacron\\s+start|systemctl\\s+(--\\S+\\s+)*start\\s+anacron|(^|[\\s/])anacron\\s+-s");
    private static final Pattern IN_ROOT_FOLDER = Pattern.compile("\\bcd\\s+/\\s*(&&|;)");

    private final JobMaker maker;
    private final RunPartsFolders scripts;
    private final boolean anacron;

    EntryImport(JobMaker maker, RunPartsFolders scripts, boolean anacron) {
        this.maker = maker;
        this.scripts = scripts;
        this.anacron = anacron;
    }

    List<ImportedItem> of(Anacron job, List<String> comments, List<String> notes) throws RefusedLine {
        List<String> all = new ArrayList<>(notes);
        all.add("anacron ran it at the first chance once this time had come; catch_up does so for hosts that were off");
        String name = JobNames.slug(job.name());
        // It starts everything there, whatever HOME is: run_job in runjob.c of anacron.
        Optional<String> workingDir = Optional.of("/");
        return jobs(job.entry(), comments, Optional.of(name), job.catchUp(), all, workingDir);
    }

    List<ImportedItem> of(CrontabLine entry, List<String> comments, List<String> notes) throws RefusedLine {
        return jobs(entry, comments, Optional.empty(), CatchUp.NONE, notes, Optional.empty());
    }

    private List<ImportedItem> jobs(
            CrontabLine entry,
            List<String> comments,
            Optional<String> name,
            CatchUp catchUp,
            List<String> notes,
            Optional<String> workingDir)
            throws RefusedLine {
        String command = entry.text().command();
        if (anacron && UNLESS_ANACRON.matcher(command).find()) {
            return List.of(new LeftOut(entry.origin(), comments, "it does nothing while anacron is installed"));
        }
        if (anacron && STARTS_ANACRON.matcher(command).find()) {
            return List.of(new LeftOut(entry.origin(), comments, "it starts anacron, whose jobs are imported"));
        }
        Optional<String> folder = scripts.folder(command);
        return folder.isPresent()
                ? scripts(entry, folder.get(), comments, catchUp, notes, workingDir)
                : List.of(maker.job(entry, comments, name, catchUp, notes, workingDir));
    }

    private List<ImportedItem> scripts(
            CrontabLine entry,
            String folder,
            List<String> comments,
            CatchUp catchUp,
            List<String> notes,
            Optional<String> workingDir)
            throws RefusedLine {
        List<ImportedItem> items = new ArrayList<>();
        List<String> names = scripts.in(folder);
        items.add(new LeftOut(
                entry.origin(),
                comments,
                names.isEmpty()
                        ? "there is no script to run in " + folder
                        : "a job for each script of " + folder
                                + " follows; run-parts ran them one after another, these start at the same time"));
        boolean inRoot = IN_ROOT_FOLDER.matcher(entry.text().command()).find();
        Optional<String> folderOfScripts = inRoot ? Optional.of("/") : workingDir;
        for (String script : names) {
            if (script.equals("0anacron")) {
                items.add(new Remark(List.of("# " + folder + "/" + script + " only serves anacron: no job.")));
            } else {
                Job job = maker.script(entry, folder, script, folderOfScripts, catchUp, notes);
                items.add(job);
            }
        }
        return items;
    }
}
