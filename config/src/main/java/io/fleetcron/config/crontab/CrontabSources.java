package io.fleetcron.config.crontab;

import java.util.List;
import java.util.Map;

/**
 * The crontabs that were found. Immutable.
 *
 * @param tables in the order in which they were named, or of a look at the whole system
 * @param folders run-parts folders with the names of their scripts
 * @param problems one line for each thing that could not be read, with its name
 * @param ownerless named files of which nothing says whose crontab they are; they are not among the tables
 */
public record CrontabSources(
        List<CronTable> tables, Map<String, List<String>> folders, List<String> problems, List<Ownerless> ownerless) {
    public CrontabSources {
        tables = List.copyOf(tables);
        folders = Map.copyOf(folders);
        problems = List.copyOf(problems);
        ownerless = List.copyOf(ownerless);
    }
}
