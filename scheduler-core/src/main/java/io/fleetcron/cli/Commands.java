package io.fleetcron.cli;

import io.fleetcron.cli.audit.AuditCommand;
import io.fleetcron.cli.audit.WhyCommand;
import io.fleetcron.cli.control.DrainCommand;
import io.fleetcron.cli.control.KillCommand;
import io.fleetcron.cli.control.PauseCommand;
import io.fleetcron.cli.control.ResumeCommand;
import io.fleetcron.cli.control.RunCommand;
import io.fleetcron.cli.control.SkipCommand;
import io.fleetcron.cli.control.UndrainCommand;
import io.fleetcron.cli.files.DiffCommand;
import io.fleetcron.cli.files.ExplainCommand;
import io.fleetcron.cli.files.ImportCommand;
import io.fleetcron.cli.files.ListCommand;
import io.fleetcron.cli.files.NextCommand;
import io.fleetcron.cli.files.SchemaCommand;
import io.fleetcron.cli.files.ValidateCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The commands by name. One that is called by its name is the only one made: making all of them would take most of the
 * time that a short command takes.
 */
public final class Commands {

    private static final List<String> NAMES = List.of(
            "agent",
            "shadow",
            "validate",
            "list",
            "next",
            "explain",
            "diff",
            "run",
            "settle",
            "pause",
            "resume",
            "skip",
            "kill",
            "drain",
            "undrain",
            "status",
            "page",
            "ui",
            "history",
            "audit",
            "why",
            "logs",
            "doctor",
            "import",
            "schema",
            "completion",
            "help");

    static final Map<String, String> EXIT_CODES = exitCodes();

    private Commands() {}

    public static List<String> names() {
        return NAMES;
    }

    /** The command line that these arguments need. */
    static CommandLine line(Object main, String[] args) {
        CommandLine line = new CommandLine(main);
        String called = args.length == 0 ? "" : args[0];
        if (!called.equals("help") && NAMES.contains(called)) {
            line.addSubcommand(called, command(called));
        } else if (!(args.length == 1 && called.equals("--version"))) {
            NAMES.forEach(name -> line.addSubcommand(name, command(name)));
        }
        document(line.getCommandSpec());
        for (CommandLine command : line.getSubcommands().values()) {
            document(command.getCommandSpec());
        }
        return line;
    }

    /** A switch and no table of suppliers: each of those is a class that is made at start. */
    private static Object command(String name) {
        return switch (name) {
            case "agent" -> new AgentCommand();
            case "shadow" -> new ShadowCommand();
            case "validate" -> new ValidateCommand();
            case "list" -> new ListCommand();
            case "next" -> new NextCommand();
            case "explain" -> new ExplainCommand();
            case "diff" -> new DiffCommand();
            case "run" -> new RunCommand();
            case "settle" -> new SettleCommand();
            case "pause" -> new PauseCommand();
            case "resume" -> new ResumeCommand();
            case "skip" -> new SkipCommand();
            case "kill" -> new KillCommand();
            case "drain" -> new DrainCommand();
            case "undrain" -> new UndrainCommand();
            case "status" -> new StatusCommand();
            case "page" -> new PageCommand();
            case "ui" -> new UiCommand();
            case "history" -> new HistoryCommand();
            case "audit" -> new AuditCommand();
            case "why" -> new WhyCommand();
            case "logs" -> new LogsCommand();
            case "doctor" -> new DoctorCommand();
            case "import" -> new ImportCommand();
            case "schema" -> new SchemaCommand();
            case "completion" -> new CompletionCommand();
            case "help" -> new HelpCommand();
            default -> throw new IllegalArgumentException(name);
        };
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
