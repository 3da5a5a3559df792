package io.fleetcron.cli.console;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What somebody at a terminal wants of a command's output. Immutable.
 *
 * @param present whether standard output may be a terminal at all
 * @param colours whether lines may be coloured
 * @param pager the shell command through which long output goes, if it does
 */
public record Terminal(boolean present, boolean colours, Optional<String> pager) {

    /** A file or a pipe. */
    public static final Terminal NONE = new Terminal(false, false, Optional.empty());

    private static final String USUAL_PAGER = "less";

    /** What git(1) sets where the user has not: quit if it fits on one screen, pass colours, do not clear at the end. */
    private static final Map<String, String> PAGER_DEFAULTS = Map.of("LESS", "FRX", "LV", "-c");

    /** Rows and columns where nobody can tell. */
    private static final Size USUAL_SIZE = new Size(24, 80);

    /** How large a terminal is. */
    public record Size(int rows, int columns) {}

    /**
     * The terminal that this environment describes: {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} mean no colours;
     * the pager is found as git(1) finds it, in {@code FLEETCRON_PAGER} and {@code PAGER}, and is none if that is empty or
     * {@code cat}.
     *
     * @param present whether there is one
     */
    public static Terminal of(boolean present, Map<String, String> environment) {
        if (!present) {
            return NONE;
        }
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty() && !dumb;
        Optional<String> wanted = Optional.ofNullable(environment.get("FLEETCRON_PAGER"))
                .or(() -> Optional.ofNullable(environment.get("PAGER")));
        Optional<String> pager = wanted.isPresent() ? wanted : usualPager(environment);
        return new Terminal(
                true, colours, pager.filter(command -> !command.isBlank() && !command.equals("cat") && !dumb));
    }

    private static Optional<String> usualPager(Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, USUAL_PAGER))
                .filter(Files::isExecutable)
                .findFirst()
                .map(found -> USUAL_PAGER);
    }

    /**
     * Prints what may be long: through the pager, if there is one, and waits until its user has seen enough.
     *
     * @param out where it goes otherwise
     */
    public void page(PrintWriter out, Consumer<PrintWriter> content) {
        if (pager.isEmpty()) {
            content.accept(out);
            return;
        }
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", pager.get())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        PAGER_DEFAULTS.forEach(builder.environment()::putIfAbsent);
        out.flush();
        try {
            Process process = builder.start();
            Signals.deliver(name -> {}, "INT"); // it is for the pager, which would else be left alone with the terminal
            try (Screen screen = Screen.on(process.getOutputStream(), false, colours)) {
                content.accept(screen);
            }
            process.waitFor();
        } catch (IOException e) {
            content.accept(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How large it is now. */
    public Size size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] words = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            Size size = new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            return size.rows > 1 && size.columns > 1 ? size : USUAL_SIZE;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return USUAL_SIZE;
        }
    }
}
