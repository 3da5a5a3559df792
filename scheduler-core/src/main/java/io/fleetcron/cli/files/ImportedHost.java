package io.fleetcron.cli.files;

import io.fleetcron.config.crontab.CrontabSources;
import io.fleetcron.config.crontab.jobs.HostCrontabs;
import io.fleetcron.config.crontab.jobs.SourceHost;

/**
 * What was found of one host.
 *
 * @param name its name; empty if it is the only one
 * @param sources its crontabs
 * @param host what they leave to it
 */
record ImportedHost(String name, CrontabSources sources, SourceHost host) {

    HostCrontabs crontabs() {
        return new HostCrontabs(
                name, sources.tables().stream().map(table -> table.on(name)).toList(), sources.folders(), host);
    }

    /** A message about it. */
    String about(String message) {
        return name.isEmpty() ? message : name + ": " + message;
    }
}
