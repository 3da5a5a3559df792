package io.fleetcron.doctor;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.FilePermissions;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.trust.TrustedPath.Untrusted;
import io.fleetcron.config.yaml.Problem;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.fleet.ThisProgram;
import io.fleetcron.storage.Mount;
import io.fleetcron.storage.StorageChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The part of the checks that asks this host alone. */
public final class HostChecks {

    private HostChecks() {}

    /** What stands in the configuration files, and who may change them. */
    public static List<Finding> configuration(LoadResult loaded) {
        List<Finding> found = new ArrayList<>();
        for (Problem problem : loaded.problems()) {
            found.add(
                    problem.isError()
                            ? Finding.fail("config", problem.toString())
                            : Finding.warn("config", problem.toString()));
        }
        loaded.config()
                .ifPresent(config -> found.add(Finding.ok(
                        "config",
                        config.jobs().size() + " jobs in " + loaded.files().size() + " files")));
        List<Problem> open = FilePermissions.check(loaded.files(), Problem.Severity.ERROR);
        open.forEach(problem -> found.add(Finding.fail("permissions", problem.file() + ": " + problem.message())));
        Optional<Untrusted> program = ThisProgram.problem();
        program.ifPresent(wrong -> found.add(Finding.fail("permissions", "the program: " + wrong)));
        if (open.isEmpty() && program.isEmpty()) {
            found.add(Finding.ok("permissions", "only root or this user can change the configuration and the program"));
        }
        return found;
    }

    /** Why this instance or host cannot be named so. */
    public static Optional<Finding> names(String instance) {
        return ThisHost.nameProblem(instance, ThisHost.name()).map(problem -> Finding.fail("names", problem));
    }

    /**
     * Whether runs can be started at all.
     *
     * @param problem executes the program that supervises them; why that cannot be done
     */
    public static Finding supervisor(Supplier<Optional<String>> problem) {
        if (ThisProgram.problem().isPresent()) {
            return Finding.fail("supervisor", "not executed: somebody else can change the program, see permissions");
        }
        return problem.get()
                .map(why -> Finding.fail("supervisor", why))
                .orElseGet(() -> Finding.ok("supervisor", "the program that supervises runs can be executed"));
    }

    /** Where this host's runs in progress are kept. */
    public static Finding stateDirectory(FleetConfig config, String instance) {
        Path state = ThisHost.stateDir(config, instance);
        Path existing = state;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            Mount mount = Mount.of(existing.toRealPath());
            Optional<String> remote = StorageChecks.local(state, mount);
            if (remote.isPresent()) {
                return Finding.fail("state_dir", remote.get());
            }
            Optional<Untrusted> wrong = ThisHost.untrustedState(config, instance);
            if (wrong.isPresent()) {
                return Finding.fail("state_dir", state + ": " + wrong.get());
            }
        } catch (IOException e) {
            return Finding.fail("state_dir", state + ": " + e.getMessage());
        }
        return Files.isWritable(existing)
                ? Finding.ok("state_dir", state + (existing.equals(state) ? "" : " (not there yet; can be created)"))
                : Finding.fail(
                        "state_dir",
                        state + " cannot be written by this user (" + existing
                                + "). Run doctor as the agent's user, or name another state_dir");
    }
}
