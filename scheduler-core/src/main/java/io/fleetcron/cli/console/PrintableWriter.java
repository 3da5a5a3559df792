package io.fleetcron.cli.console;

import io.fleetcron.config.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * What every table and message of the program goes through: names and texts may come from other hosts, and none of them
 * may steer a terminal. Line ends and tabs pass; all other control characters become {@code \\uHHHH}, which is also how
 * JSON writes them.
 */
public final class PrintableWriter extends FilterWriter {

    public PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        write(new char[] {(char) c}, 0, 1);
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        StringBuilder printable = new StringBuilder(length);
        for (int i = from; i < from + length; i++) {
            if (text[i] == '\n' || text[i] == '\t') {
                printable.append(text[i]);
            } else {
                Printable.append(printable, text[i]);
            }
        }
        out.write(printable.toString());
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        write(text.toCharArray(), from, length);
    }
}
