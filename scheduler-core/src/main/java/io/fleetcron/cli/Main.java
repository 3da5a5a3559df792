package io.fleetcron.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;

/** The program. Data goes to standard output, messages to standard error. */
@Command(
        name = "fleetcron",
        description = "Replaces crontab on a fleet: every trigger runs on exactly one host.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AgentCommand.class, RunCommand.class, HelpCommand.class},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:done, and something is wrong: the message says what",
            "2:the command line or the configuration cannot be used"
        })
public final class Main {

    private Main() {}

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs one command. Returns its exit status. */
    public static int run(String[] args, java.io.PrintStream out, java.io.PrintStream err) {
        PrintWriter output = new PrintWriter(out, false, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(err, true, StandardCharsets.UTF_8);
        CommandLine line = new CommandLine(new Main())
                .setOut(output)
                .setErr(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO)); // colours on a terminal only
        try {
            return args.length == 0 ? usage(line) : line.execute(args);
        } finally {
            output.flush();
        }
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
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
