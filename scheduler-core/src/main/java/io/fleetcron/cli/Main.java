package io.fleetcron.cli;

import io.fleetcron.cli.console.Screen;
import io.fleetcron.cli.console.StandardOutput;
import io.fleetcron.cli.console.Terminal;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.Program;
import io.fleetcron.cli.option.VersionText;
import io.fleetcron.config.Printable;
import io.fleetcron.fleet.HostTime;
import io.fleetcron.host.SystemTime;
import io.fleetcron.lock.HungCloseHelper;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/**
 * The program. Data goes to standard output, messages to standard error; a reader of either that goes away early ends
 * the command quietly.
 */
@Command(
        name = "fleetcron",
        description = "Replaces crontab on a fleet: every trigger runs on exactly one host.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Program {

    private final PrintStream out;
    private final Terminal terminal;

    Main(PrintStream out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** What somebody there wants. */
    @Override
    public Terminal terminal() {
        return terminal;
    }

    @Override
    public HostTime time() {
        return new SystemTime();
    }

    /** Standard output, for what is to be passed on byte for byte. */
    @Override
    public PrintStream out() {
        return out;
    }

    /** Runs the program and ends the process, also if a thread of it hangs on storage. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err, Terminal.of(StandardOutput.isTerminal(), System.getenv()));
        System.out.flush();
        System.err.flush();
        HungCloseHelper.handOver();
        Runtime.getRuntime().halt(status);
    }

    /**
     * Runs one command. Returns its exit status.
     *
     * @param terminal what somebody who may be at {@code out} wants
     */
    public static int run(String[] args, PrintStream out, PrintStream err, Terminal terminal) {
        PrintWriter output = Screen.on(out, false, terminal.colours());
        PrintWriter errors = Screen.on(err, true, false);
        CommandLine line = Commands.line(new Main(out, terminal), args)
                .setOut(output)
                .setErr(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF)) // nothing passes that steers a terminal
                .setParameterExceptionHandler(Main::wrongUse)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        try {
            return args.length == 0 ? usage(line) : line.execute(args);
        } catch (OutOfMemoryError e) { // so Java also calls it when the kernel gives no thread
            errors.println("fleetcron: no memory or no thread is left: " + e.getMessage()
                    + "; raise FLEETCRON_HEAP (192m), or this host's limits of memory and processes");
            return ExitCode.PROBLEM;
        } catch (Error e) { // the process must end, whatever threads it has
            return internal(e, errors);
        } finally {
            output.flush();
            errors.flush();
        }
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
        return ExitCode.USAGE;
    }

    private static int wrongUse(ParameterException e, String[] args) {
        e.getCommandLine().getErr().println("fleetcron: " + WrongUse.message(e));
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        if (e instanceof CommandFailed failure) {
            failure.messages().forEach(message -> command.getErr().println("fleetcron: " + Printable.line(message)));
            return failure.exitCode();
        }
        return internal(e, command.getErr());
    }

    private static int internal(Throwable e, PrintWriter err) {
        err.println("fleetcron: internal error, please report it: " + e);
        e.printStackTrace(err);
        return ExitCode.PROBLEM;
    }
}
