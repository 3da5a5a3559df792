package io.fleetcron.fleet;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.Printable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What fleetcron goes by on the host that it runs on. Stateless. */
public final class ThisHost {

    private ThisHost() {}

    /** This host's name as the kernel has it (uname(2)), which is also what NFS names its client by. */
    public static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }

    /** The id of this boot (random(4)): another one after every start of the host. */
    public static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /**
     * The instance id to use: the wanted one, else the configured one, else the host's name. Nothing may be named by it
     * before {@link #nameProblem} has found nothing.
     */
    public static String instance(FleetConfig config, Optional<String> wanted) {
        return wanted.or(config::instance).orElseGet(ThisHost::name);
    }

    /** Why an agent of this name cannot work on a host of that name: both become paths and words in messages. */
    public static Optional<String> nameProblem(String instance, String host) {
        Optional<String> badHost = NameRules.hostName(host)
                .map(rule -> "the name of this host, `" + Printable.line(host) + "`, is not a valid host name: " + rule
                        + ". Set another one (hostnamectl hostname)");
        Optional<String> badId = NameRules.host(instance)
                .map(rule -> "`" + Printable.line(instance) + "` is not a valid instance id: " + rule
                        + ". Set `instance` in the configuration, or --instance");
        return badHost.or(() -> badId);
    }

    /** Where that instance, whose name is valid, keeps its runs in progress. */
    public static Path stateDir(FleetConfig config, String instance) {
        return stateRoot(config).resolve(SharedLayout.valid(instance));
    }

    /** Where the instances of this host have their state directories, each under its id. */
    public static Path stateRoot(FleetConfig config) {
        return config.stateDir().orElseGet(ThisHost::usualStateDir).toAbsolutePath();
    }

    private static Path usualStateDir() {
        String systemd = System.getenv("STATE_DIRECTORY"); // systemd.exec(5)
        if (systemd != null && !systemd.isEmpty()) {
            return Path.of(systemd.split(":", 2)[0]);
        }
        if (System.getProperty("user.name", "").equals("root")) {
            return Path.of("/var/lib/fleetcron");
        }
        return Path.of(System.getProperty("user.home", "/"), ".local", "state", "fleetcron");
    }
}
