package io.fleetcron.cli;

import io.fleetcron.cli.console.PrintableWriter;
import io.fleetcron.cli.console.StandardOutput;
import io.fleetcron.config.Printable;
import io.fleetcron.lock.HungCloseHelper;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
public final class Main {

    private final PrintStream out;
    private final boolean terminal;

    Main(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether standard output may be a terminal. */
    boolean isTerminal() {
        return terminal;
    }

    /** Standard output, for what is to be passed on byte for byte. */
    PrintStream out() {
        return out;
    }

    /** Runs the program and ends the process, also if a thread of it hangs on storage. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err, StandardOutput.isTerminal());
        System.out.flush();
        System.err.flush();
        HungCloseHelper.handOver();
        Runtime.getRuntime().halt(status);
    }

    /**
     * Runs one command. Returns its exit status.
     *
     * @param terminal whether {@code out} may be a terminal
     */
    public static int run(String[] args, PrintStream out, PrintStream err, boolean terminal) {
        PrintWriter output = printable(out, false);
        PrintWriter errors = printable(err, true);
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

    private static PrintWriter printable(PrintStream stream, boolean autoFlush) {
        return new PrintWriter(new PrintableWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), autoFlush);
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
