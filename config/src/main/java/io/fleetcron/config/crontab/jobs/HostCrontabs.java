package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.CronTable;
import java.util.List;
import java.util.Map;

/**
 * The crontabs of one host. Immutable.
 *
 * @param name by which jobs are placed on it
 * @param tables the crontabs
 * @param folders run-parts folders whose scripts become jobs of their own, with the names of these scripts; a line that runs
 *     another folder becomes one job
 * @param host what the crontabs leave to it
 */
public record HostCrontabs(String name, List<CronTable> tables, Map<String, List<String>> folders, SourceHost host) {
    public HostCrontabs {
        tables = List.copyOf(tables);
        folders = Map.copyOf(folders);
    }
}
