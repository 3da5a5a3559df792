package io.fleetcron.cli.option;

import io.fleetcron.fleet.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"fleetcron " + Version.current()};
    }
}
