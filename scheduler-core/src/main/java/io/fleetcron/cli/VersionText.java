package io.fleetcron.cli;

import io.fleetcron.fleet.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"fleetcron " + Version.current()};
    }
}
