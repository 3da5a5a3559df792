package io.fleetcron.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.fleetcron.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One call of the program, from outside.
 *
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Cli(int status, String out, String err) {

    public static Cli run(String... args) {
        return run(false, args);
    }

    /** As on a terminal. */
    static Cli onTerminal(String... args) {
        return run(true, args);
    }

    private static Cli run(boolean terminal, String... args) {
        return run(new Terminal(terminal, false, Optional.empty()), args);
    }

    /** As on that terminal. */
    static Cli run(Terminal terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal);
        return new Cli(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public List<String> lines() {
        return out.lines().toList();
    }

    /** Standard output, which must be one JSON object a line. */
    public List<JsonObject> json() {
        return out.lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }
}
