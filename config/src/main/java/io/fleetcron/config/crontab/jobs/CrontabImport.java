package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.Ignored;
import io.fleetcron.config.crontab.jobs.ImportedItem.Dropped;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns crontabs into jobs. Pure: the same tables and host give the same jobs, wherever it runs. */
public final class CrontabImport {

    private CrontabImport() {}

    /**
     * Reads crontabs in their order; names are unique over all of them.
     *
     * @param tables the crontabs
     * @param folders run-parts folders whose scripts become jobs of their own, with the names of these scripts; a line
     *     that runs another folder becomes one job
     * @param host what the crontabs leave to their host
     */
    public static ImportResult of(List<CronTable> tables, Map<String, List<String>> folders, SourceHost host) {
        List<ImportedItem> items = items(tables, folders, host);
        return new ImportResult(DistinctNames.of(items), jobs(items));
    }

    /** Reads the crontabs of several hosts. Equal lines of theirs become one job, which says where it stood. */
    public static ImportResult of(List<HostCrontabs> hosts) {
        HostMerge merge = new HostMerge(hosts.size());
        int lines = 0;
        for (HostCrontabs host : hosts) {
            List<ImportedItem> items = items(host.tables(), host.folders(), host.host());
            lines += jobs(items);
            merge.add(host.name(), items);
        }
        return new ImportResult(DistinctNames.of(merge.items()), lines);
    }

    private static int jobs(List<ImportedItem> items) {
        return (int) items.stream().filter(Job.class::isInstance).count();
    }

    private static List<ImportedItem> items(
            List<CronTable> tables, Map<String, List<String>> folders, SourceHost host) {
        boolean anacron = tables.stream().anyMatch(table -> table.kind() == Kind.ANACRON);
        RunPartsFolders scripts = new RunPartsFolders(folders);
        EntryImport entries = new EntryImport(new JobMaker(host), scripts, anacron);
        List<ImportedItem> items = new ArrayList<>();
        for (CronTable table : tables) {
            Optional<Ignored> why = table.ignored(host.accounts());
            items.addAll(
                    why.isPresent()
                            ? List.of(new Dropped(table, why.get()))
                            : new TableImport(table, entries, host.accounts()).items());
        }
        scripts.unused().forEach((folder, names) -> items.add(unused(folder, names)));
        return items;
    }

    private static ImportedItem unused(String folder, List<String> names) {
        return new Remark(List.of(
                "# " + folder + ": no crontab runs its scripts (" + String.join(", ", names)
                        + "), so no jobs are made for them.",
                "# If something else does, as a systemd timer may: `fleetcron import " + folder + "`."));
    }
}
