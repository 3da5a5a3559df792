package io.fleetcron.cli;

import io.fleetcron.lock.LeftOpen;
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

    Main(PrintStream out) {
        this.out = out;
    }

    /** Standard output, for what is to be passed on byte for byte. */
    PrintStream out() {
        return out;
    }

    /** Runs the program and ends the process, also if a thread of it hangs on storage. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        System.out.flush();
        System.err.flush();
        LeftOpen.handOver();
        Runtime.getRuntime().halt(status);
    }

    /** Runs one command. Returns its exit status. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        PrintWriter output = new PrintWriter(out, false, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(err, true, StandardCharsets.UTF_8);
        CommandLine line = Commands.line(new Main(out), args)
                .setOut(output)
                .setErr(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO)) // colours on a terminal only
                .setParameterExceptionHandler(Main::wrongUse)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        try {
            return args.length == 0 ? usage(line) : line.execute(args);
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
            failure.messages().forEach(message -> command.getErr().println("fleetcron: " + message));
            return failure.exitCode();
        }
        command.getErr().println("fleetcron: internal error, please report it: " + e);
        e.printStackTrace(command.getErr());
        return ExitCode.PROBLEM;
    }
}
