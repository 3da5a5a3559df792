package io.fleetcron.agent;

import io.fleetcron.fleet.ThisHost;

/**
 * Who this process is in the fleet.
 *
 * @param instance unique in the fleet
 * @param host this host's name
 * @param pid this process
 */
record Identity(String instance, String host, long pid) {

    static Identity here(String instance) {
        return new Identity(instance, ThisHost.name(), ProcessHandle.current().pid());
    }
}
