package io.fleetcron.cli;

import io.fleetcron.cli.console.Terminal;
import io.fleetcron.cli.option.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fleetcron completion}: for packages, so not in the list of commands. */
@Command(
        name = "completion",
        hidden = true,
        description = "Prints a script that completes fleetcron's command lines.",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {

    /**
     * zsh loads the file at the first completion and runs it as the function that completes (zshcompsys(1)): it must not
     * only define how, but do it at once.
     */
    private static final String ZSH_COMPLETES_NOW =
            "[ -z \"${compstate+set}\" ] || _bash_complete -o default -F _complete_fleetcron\n";

    /** The shells that scripts can be made for. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.bash;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = Commands.line(new Main(System.out, Terminal.NONE), new String[] {"help"});
        String script = AutoComplete.bash("fleetcron", line);
        // The script itself makes zsh understand it; a file that zsh loads by itself must name its command first.
        spec.commandLine()
                .getOut()
                .print(shell == Shell.zsh ? "#compdef fleetcron\n" + script + "\n" + ZSH_COMPLETES_NOW : script);
        return ExitCode.OK;
    }
}
