package io.fleetcron.command;

import io.fleetcron.natives.UserDatabase;
import io.fleetcron.run.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where on this host runs get control groups. {@code FLEETCRON_CGROUP} says it: {@code self} is the group that this
 * process was started in, delegated to it by the unit ({@code Delegate=yes}), or it is a directory that somebody made for
 * it. Thread-safe.
 *
 * <p>Groups with limits need a parent that holds no process. A unit's own group cannot be that: systemd could not start
 * the next agent in it while runs go on. So where systemd is, such runs live in a unit of their own,
 * {@code fleetcron-runs.service}, made when the first of them starts; it holds one process that sleeps.
 */
public final class CgroupParents {

    private static final Logger LOG = LoggerFactory.getLogger(CgroupParents.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path UNIT = ROOT.resolve("system.slice/fleetcron-runs.service");
    private static final String OWN = "self";
    private static final int PATIENCE_SECONDS = 10;
    private static final int LOOKS_A_SECOND = 100;

    private final Optional<String> wanted;
    private final Optional<Cgroups> plain;
    private @Nullable Cgroups limited;

    private CgroupParents(Optional<String> wanted, Optional<Cgroups> plain) {
        this.wanted = wanted;
        this.plain = plain;
    }

    /** Looks at what there is; says so where what is wanted cannot be had. */
    public static CgroupParents here(Map<String, String> environment) {
        Optional<String> wanted = Optional.ofNullable(environment.get("FLEETCRON_CGROUP"));
        if (wanted.isEmpty()) {
            return new CgroupParents(wanted, Optional.empty());
        }
        try {
            Path base = wanted.get().equals(OWN) ? own() : Path.of(wanted.get());
            return new CgroupParents(wanted, Optional.of(Cgroups.in(base)));
        } catch (IOException e) {
            LOG.warn(
                    "runs get no control groups of their own, their supervisors end them process by process: {}",
                    e.toString());
            return new CgroupParents(wanted, Optional.empty());
        }
    }

    /** For runs without limits; empty where there are none. */
    Optional<Cgroups> plain() {
        return plain;
    }

    /**
     * For runs with limits.
     *
     * @throws IOException if this host cannot limit runs; the message says why
     */
    synchronized Cgroups limited() throws IOException {
        if (limited == null || !Files.exists(limited.base())) {
            limited = find();
        }
        return limited;
    }

    private Cgroups find() throws IOException {
        if (wanted.isPresent() && !wanted.get().equals(OWN)) {
            return plain.orElseThrow(() -> new IOException("FLEETCRON_CGROUP=" + wanted.get() + " cannot be used"));
        }
        if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
            throw new IOException(
                    "neither systemd nor FLEETCRON_CGROUP gives the agent a control group to make them in");
        }
        if (UserDatabase.self() != 0) {
            throw new IOException("the agent does not run as root");
        }
        if (!Files.exists(ROOT.resolve("cgroup.controllers"))) {
            throw new IOException("this host does not use control groups of version 2");
        }
        if (!Files.exists(UNIT.resolve("cgroup.procs"))) {
            startUnit();
        }
        awaitProcess();
        return Cgroups.in(UNIT);
    }

    /** systemd makes the group first; the process that keeps it enters it itself, a moment later, and is not to find it limited. */
    private static void awaitProcess() throws IOException {
        for (int looks = 0; looks < PATIENCE_SECONDS * LOOKS_A_SECOND; looks++) {
            if (Files.readString(UNIT.resolve("cgroup.events")).contains("populated 1")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / LOOKS_A_SECOND);
        }
        throw new IOException("fleetcron-runs.service has had no process for " + PATIENCE_SECONDS + " s");
    }

    private static void startUnit() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "systemd-run",
                        "--quiet",
                        "--collect",
                        "--property=Type=exec",
                        "--unit=fleetcron-runs",
                        "--slice=system.slice",
                        "--description=Runs of fleetcron's jobs that have limits",
                        "--property=Delegate=yes",
                        "--property=KillMode=process",
                        "--property=OOMPolicy=continue",
                        "--property=TasksMax=infinity",
                        "sleep",
                        "infinity"))
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("systemd-run did not answer within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.exitValue() != 0 && !Files.exists(UNIT.resolve("cgroup.procs"))) {
            throw new IOException("systemd-run could not start fleetcron-runs.service: " + said.strip());
        }
    }

    /** The group of version 2 that this process is in, cgroups(7). */
    private static Path own() throws IOException {
        String path = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst()
                .orElseThrow(() -> new IOException("this host does not use control groups of version 2"));
        Path unified = ROOT.resolve("unified");
        return (Files.exists(ROOT.resolve("cgroup.procs")) ? ROOT : unified).resolve(path);
    }
}
