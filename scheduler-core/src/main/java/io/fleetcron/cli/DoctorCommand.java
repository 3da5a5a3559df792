package io.fleetcron.cli;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Printable;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.doctor.Finding;
import io.fleetcron.doctor.Finding.Level;
import io.fleetcron.doctor.HostChecks;
import io.fleetcron.doctor.SharedChecks;
import io.fleetcron.doctor.TwoHostProof;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.SystemTime;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.run.SupervisedLauncher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetcron doctor}. */
@Command(
        name = "doctor",
        description =
                "Checks on this host all that the guarantee needs (configuration, mount, lease, locks in use, clock),"
                        + " a line for each: ok, warn or fail, what was found and what to do.%nTo prove that locks reach from host to host: --hold on one, --probe on"
                        + " another.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing failed; there may be warnings",
            "1:something failed",
            "2:the command line cannot be used"
        })
final class DoctorCommand extends ReadCommand {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "Check for this instance of the host.")
    private @Nullable String instance;

    @Option(names = "--hold", description = "Take a test lock in the shared directory and keep it until Ctrl-C.")
    private boolean hold;

    @Option(names = "--probe", description = "Try the test lock that another host holds: it must be refused.")
    private boolean probe;

    @Override
    public Integer call() throws CommandFailed {
        if (hold && probe) {
            throw wrong("--hold and --probe go on two different hosts");
        }
        if (hold) {
            return hold(config.read(err()));
        }
        List<Finding> found = probe ? probe(config.read(err())) : all();
        found.forEach(this::print);
        return found.stream().anyMatch(finding -> finding.level() == Level.FAIL) ? ExitCode.PROBLEM : ExitCode.OK;
    }

    private List<Finding> all() {
        LoadResult loaded = new ConfigLoader().load(config.file());
        List<Finding> found = new ArrayList<>(HostChecks.configuration(loaded));
        found.add(HostChecks.supervisor(SupervisedLauncher::problem));
        loaded.config().ifPresent(sound -> {
            String id = ThisHost.instance(sound, Optional.ofNullable(instance));
            Optional<Finding> badName = HostChecks.names(id);
            if (badName.isPresent()) {
                found.add(badName.get());
                return;
            }
            found.add(HostChecks.stateDirectory(sound, id));
            found.addAll(asked(sound, () -> new SharedChecks(sound, id, new SystemTime()).all()));
        });
        return found;
    }

    private List<Finding> probe(FleetConfig loaded) {
        return asked(loaded, () -> List.of(new TwoHostProof(loaded).probe()));
    }

    private List<Finding> asked(FleetConfig loaded, java.util.concurrent.Callable<List<Finding>> question) {
        try {
            return shared.deadline().ask(question);
        } catch (SharedDirectoryUnavailable e) {
            return List.of(new Finding("shared_dir", Level.FAIL, loaded.sharedDir() + ": " + e.getMessage()));
        }
    }

    private int hold(FleetConfig loaded) throws CommandFailed {
        CountDownLatch asked = new CountDownLatch(1);
        Signals.deliver(name -> asked.countDown(), "INT", "TERM", "HUP");
        try {
            Optional<HeldLock> held =
                    shared.deadline().ask(() -> new TwoHostProof(loaded).hold(new SystemTime().instant()));
            if (held.isEmpty()) {
                throw new CommandFailed(ExitCode.PROBLEM, "the test lock is held already, so it was refused here");
            }
            say("holding the test lock. Now run `fleetcron doctor --probe` on another host; Ctrl-C ends");
            asked.await();
            TwoHostProof.release(held.get());
            return ExitCode.OK;
        } catch (SharedDirectoryUnavailable | IOException e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.PROBLEM;
        }
    }

    private void print(Finding finding) {
        String level = finding.level().name().toLowerCase(Locale.ROOT);
        if (!json()) {
            out().printf(Locale.ROOT, "%-4s  %-11s  %s%n", level, finding.check(), Printable.line(finding.text()));
            return;
        }
        JsonObject json = new JsonObject();
        json.addProperty("check", finding.check());
        json.addProperty("level", level);
        json.addProperty("text", finding.text());
        Printer.line(out(), json);
    }
}
