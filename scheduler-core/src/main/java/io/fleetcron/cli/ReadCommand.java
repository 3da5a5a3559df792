package io.fleetcron.cli;

import io.fleetcron.config.Printable;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that only look have in common. */
abstract class ReadCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    final boolean json() {
        return json;
    }

    /** Data. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** The program that this is a command of. */
    final Main program() {
        return (Main) spec.root().userObject();
    }

    /** Prints what may be long: on a terminal through the user's pager. */
    final void page(Consumer<PrintWriter> content) {
        program().terminal().page(out(), content);
    }

    /** Messages. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final void say(String message) {
        err().println("fleetcron: " + Printable.line(message));
    }

    /** A number with its noun. */
    static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    final CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message + ". See `" + spec.qualifiedName(" ") + " --help`");
    }
}
