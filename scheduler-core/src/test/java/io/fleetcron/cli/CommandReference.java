package io.fleetcron.cli;

import io.fleetcron.cli.console.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands as their annotations describe them, in the order of {@link Commands}. */
final class CommandReference {

    /** What many commands have; the text around the reference says it once. */
    private static final Set<String> COMMON = Set.of("--help", "--version", "--config", "--timeout", "--utc", "--json");

    private CommandReference() {}

    /** @param exitStatus what its exit status means, a sentence after a blank; empty if that is what it usually means */
    record Command(String synopsis, String text, List<Option> options, String exitStatus) {}

    record Option(String names, String text) {}

    static List<Command> commands() {
        CommandLine program =
                Commands.line(new Main(new PrintStream(OutputStream.nullOutputStream()), Terminal.NONE), new String[0]);
        return Commands.names().stream()
                .filter(name -> !name.equals("help"))
                .map(name ->
                        command(Objects.requireNonNull(program.getSubcommands().get(name))
                                .getCommandSpec()))
                .toList();
    }

    private static Command command(CommandSpec command) {
        List<OptionSpec> options = command.options().stream()
                .filter(option -> !COMMON.contains(option.longestName()))
                .toList();
        return new Command(
                synopsis(command, options),
                joined(command.usageMessage().description()),
                options.stream().map(CommandReference::option).toList(),
                exitStatus(command));
    }

    private static Option option(OptionSpec option) {
        return new Option(String.join(", ", option.names()) + label(option), joined(option.description()));
    }

    private static String synopsis(CommandSpec command, List<OptionSpec> options) {
        List<String> words = new ArrayList<>(List.of("fleetcron", command.name()));
        options.forEach(option -> words.add(optional(option, option.longestName() + label(option))));
        if (command.findOption("--json") != null) {
            words.add("[--json]");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            words.add(optional(
                    parameter, parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "")));
        }
        return String.join(" ", words);
    }

    private static String optional(ArgSpec argument, String words) {
        return argument.required() ? words : "[" + words + "]";
    }

    private static String label(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " " + option.paramLabel();
    }

    private static String exitStatus(CommandSpec command) {
        if (command.usageMessage().exitCodeList().equals(Commands.EXIT_CODES)) {
            return "";
        }
        return command.usageMessage().exitCodeList().entrySet().stream()
                .map(code -> "`" + code.getKey() + "` " + code.getValue())
                .collect(Collectors.joining("; ", " Exit status: ", "."));
    }

    private static String joined(String[] lines) {
        return Arrays.stream(lines).map(line -> line.replace("%n", " ")).collect(Collectors.joining(" "));
    }
}
