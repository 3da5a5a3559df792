package io.fleetcron.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints. What it prints goes through {@link PrintableWriter}; only the program itself can colour a line or
 * clear the screen, and only where that is wanted.
 */
public final class Screen extends PrintWriter {

    /** How a line looks. The sequences are those of ECMA-48, SGR, which every terminal of today has. */
    public enum Style {
        PLAIN(""),
        HEADER("\u001b[1m"),
        BAD("\u001b[31m"),
        DOUBTFUL("\u001b[33m");

        private final String begin;

        Style(String begin) {
            this.begin = begin;
        }
    }

    private static final String END = "\u001b[0m";

    /** ECMA-48 CUP and ED: to the upper left corner, and erase all after it. */
    private static final String CLEAR = "\u001b[H\u001b[J";

    private final OutputStream stream;
    private final Writer raw;
    private final boolean colours;

    private Screen(OutputStream stream, Writer raw, boolean autoFlush, boolean colours) {
        super(new PrintableWriter(raw), autoFlush);
        this.stream = stream;
        this.raw = raw;
        this.colours = colours;
    }

    /**
     * @param colours whether lines may have styles
     */
    public static Screen on(OutputStream out, boolean autoFlush, boolean colours) {
        return new Screen(out, new OutputStreamWriter(out, StandardCharsets.UTF_8), autoFlush, colours);
    }

    /** Prints a line in that style, where styles are wanted. */
    public void println(String line, Style style) {
        if (!colours || style == Style.PLAIN) {
            println(line);
            return;
        }
        raw(style.begin);
        print(line);
        raw(END);
        println();
    }

    /** Begins at the top of an empty screen. */
    public void clear() {
        raw(CLEAR);
    }

    private void raw(String sequence) {
        try {
            raw.write(sequence);
        } catch (IOException e) {
            setError();
        }
    }

    /** Also if what is below keeps to itself that nobody reads any more, as {@code System.out} does. */
    @Override
    public boolean checkError() {
        return super.checkError() || (stream instanceof PrintStream below && below.checkError());
    }
}
