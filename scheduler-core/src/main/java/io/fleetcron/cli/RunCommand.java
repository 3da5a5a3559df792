package io.fleetcron.cli;

import io.fleetcron.agent.ManualRun;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.RawOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Printable;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.StartException;
import io.fleetcron.host.SystemTime;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fleetcron run}. */
@Command(
        name = "run",
        description =
                "Claims a job and runs it now, on this host, under the same lock as its scheduled fires.%n"
                        + "Shows its output and ends with its exit status, with 75 if the job runs elsewhere. Ctrl-C ends the run.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "N:the command's exit status",
            "75:not run: the job runs elsewhere",
            "1:not run, or its end is not known: the message says why",
            "2:the command line or the configuration cannot be used"
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private RawOption raw = new RawOption();

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job = "";

    @Option(names = "--wait", description = "While the job runs elsewhere, wait for it to end.")
    private boolean wait;

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "Run as this instance.")
    private @Nullable String instance;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        FleetConfig loaded = config.loadTrusted(err::println);
        JobDefinition definition = config.job(loaded, job);
        Main program = (Main) spec.root().userObject();
        PrintStream output = raw.of(program);
        try {
            ManualRun run =
                    ManualRun.prepare(loaded, definition, Optional.ofNullable(instance), new SystemTime(), output);
            Signals.deliver(name -> run.kill(), "INT", "TERM", "HUP");
            if (program.isTerminal()) {
                err.println("fleetcron: running job " + definition.name() + " on host " + ThisHost.name());
            }
            Duration patience = wait ? Duration.ofDays(365) : Duration.ZERO;
            try {
                return run.run(patience, message -> err.println("fleetcron: " + Printable.line(message)));
            } finally {
                output.flush();
                run.close();
            }
        } catch (StartException e) {
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        }
    }
}
