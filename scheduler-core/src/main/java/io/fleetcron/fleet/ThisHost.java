package io.fleetcron.fleet;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.Printable;
import io.fleetcron.config.trust.TrustedPath;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What fleetcron goes by on the host that it runs on. Stateless. */
public final class ThisHost {

    private static final Path OF_THE_SERVICE = Path.of("/var/lib/fleetcron");

    /** NAME_MAX of Linux's limits.h. */
    private static final int LONGEST_NAME = 255;

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

    /** Who could change where that instance, whose name is valid, keeps its runs, or what lies beside it. Touches storage. */
    public static Optional<Untrusted> untrustedState(FleetConfig config, String instance) {
        return TrustedPath.problem(stateRoot(config)).or(() -> TrustedPath.problem(stateDir(config, instance)));
    }

    /**
     * Where this host has the locks of the jobs that run on every host: one place for each fleet, whatever instance or
     * environment a process has. The name is that of no instance, and finding it touches no storage.
     */
    public static Path localLocks(FleetConfig config) {
        Path fleet = config.sharedDir().toAbsolutePath().normalize();
        return stateRoot(config).resolve(fileName("jobs@", fleet.toString()));
    }

    /** A text as part of a file's name; one that is too long is cut, and ends in a hash of the whole behind another @. */
    private static String fileName(String prefix, String text) {
        String name = prefix + URLEncoder.encode(text, StandardCharsets.UTF_8);
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        String hash = "@" + sha256(text);
        return name.substring(0, LONGEST_NAME - hash.length()) + hash;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Never by the environment: the service and a command beside it must find each other's locks. */
    private static Path usualStateDir() {
        String user = System.getProperty("user.name", "");
        if (user.equals("root") || user.equals(ownerOf(OF_THE_SERVICE))) {
            return OF_THE_SERVICE;
        }
        return Path.of(System.getProperty("user.home", "/"), ".local", "state", "fleetcron");
    }

    /**
     * Why an agent must not start although it could: its unit provides another state directory than the one that
     * commands beside it would find.
     */
    public static Optional<String> misplacedState(FleetConfig config) {
        String given = System.getenv("STATE_DIRECTORY"); // systemd.exec(5)
        if (config.stateDir().isPresent() || given == null || given.isEmpty()) {
            return Optional.empty();
        }
        Path unit = Path.of(given.split(":", 2)[0]);
        Path usual = usualStateDir();
        return unit.equals(usual)
                ? Optional.empty()
                : Optional.of(
                        "the service's state directory is " + unit + " (STATE_DIRECTORY), but commands beside it would"
                                + " use " + usual + ": set `state_dir: " + unit + "` in the configuration");
    }

    private static String ownerOf(Path directory) {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException e) {
            return "";
        }
    }
}
