package io.fleetcron.cli;

import io.fleetcron.config.yaml.Suggestion;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said to somebody whose command line cannot be used: one line. */
public final class WrongUse {

    private WrongUse() {}

    public static String message(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String found = e instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched, command)
                : firstLine(String.valueOf(e.getMessage()));
        return found + (found.endsWith("?") ? " See `" : ". See `")
                + command.getCommandSpec().qualifiedName(" ") + " --help`";
    }

    private static String unmatched(UnmatchedArgumentException e, CommandLine command) {
        String word = e.getUnmatched().get(0);
        if (word.startsWith("-") && word.length() > 1) {
            String option = word.split("=", 2)[0];
            return "unknown option " + option
                    + nearest(option, command.getCommandSpec().optionsMap().keySet());
        }
        if (command.getParent() == null) {
            return "unknown command `" + word + "`" + nearest(word, Commands.names());
        }
        return "unexpected argument `" + word + "`";
    }

    private static String nearest(String word, Collection<String> known) {
        Optional<String> near = Suggestion.of(word, known);
        return near.map(n -> ". Did you mean " + n + "?").orElse("");
    }

    private static String firstLine(String message) {
        return Arrays.stream(message.split("\\R", 2)).findFirst().orElse(message);
    }
}
