package io.fleetcron.cli.option;

import io.fleetcron.config.Printable;
import io.fleetcron.fleet.HostTime;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that only look have in common. */
public abstract class ReadCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Whether data is for a program. */
    public final boolean json() {
        return json;
    }

    /** This host's time. */
    public final HostTime time() {
        return program().time();
    }

    /** Data. */
    public final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** The program that this is a command of. */
    protected final Program program() {
        return (Program) spec.root().userObject();
    }

    /** Prints what may be long: on a terminal through the user's pager. */
    protected final void page(Consumer<PrintWriter> content) {
        program().terminal().page(out(), content);
    }

    /** Messages. */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** A message. */
    public final void say(String message) {
        err().println("fleetcron: " + Printable.line(message));
    }

    /** A number with its noun. */
    protected static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    protected final CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message + ". See `" + spec.qualifiedName(" ") + " --help`");
    }
}
