package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    public static Imported of(List<CronTable> tables, Map<String, List<String>> folders, Host host) {
        boolean anacron = tables.stream().anyMatch(table -> table.kind() == Kind.ANACRON);
        JobMaker maker = new JobMaker(host, new JobNames());
        List<Item> items = new ArrayList<>();
        for (CronTable table : tables) {
            items.addAll(new TableImport(table, new EntryImport(maker, new Scripts(folders), anacron)).items());
        }
        return new Imported(items);
    }
}
