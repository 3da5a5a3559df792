package io.fleetcron.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The commands by name. One that is called by its name is the only one made: making all of them would take most of the
 * time that a short command takes.
 */
final class Commands {

    private static final Map<String, String> EXIT_CODES = exitCodes();

    private Commands() {}

    static Map<String, Supplier<Object>> all() {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("agent", AgentCommand::new);
        all.put("validate", ValidateCommand::new);
        all.put("list", ListCommand::new);
        all.put("next", NextCommand::new);
        all.put("explain", ExplainCommand::new);
        all.put("run", RunCommand::new);
        all.put("status", StatusCommand::new);
        all.put("history", HistoryCommand::new);
        all.put("logs", LogsCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("schema", SchemaCommand::new);
        all.put("completion", CompletionCommand::new);
        all.put("help", HelpCommand::new);
        return all;
    }

    static Set<String> names() {
        return all().keySet();
    }

    /** The command line that these arguments need. */
    static CommandLine line(Object main, String[] args) {
        CommandLine line = new CommandLine(main);
        Supplier<Object> called = args.length == 0 ? null : all().get(args[0]);
        if (called != null && !args[0].equals("help")) {
            line.addSubcommand(args[0], called.get());
        } else if (!List.of(args).equals(List.of("--version"))) {
            all().forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
        document(line.getCommandSpec());
        line.getSubcommands().values().forEach(command -> document(command.getCommandSpec()));
        return line;
    }

    /** What every command's help says. */
    private static void document(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeListHeading("%nExit status:%n").exitCodeList(EXIT_CODES);
        }
        usage.sortOptions(false);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "done, and something is wrong: the message says what");
        codes.put("2", "the command line or the configuration cannot be used");
        return codes;
    }
}
