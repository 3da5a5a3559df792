package io.fleetcron.cli.console;

import io.fleetcron.cli.console.Screen.Style;
import io.fleetcron.config.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows for people: columns in line, no trailing blanks, nothing that a terminal obeys. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Style> styles = new ArrayList<>();

    public Table(String... header) {
        row(Style.HEADER, header);
    }

    public void row(String... cells) {
        row(Style.PLAIN, cells);
    }

    /** A row that stands out where lines may be coloured. */
    public void row(Style style, String... cells) {
        rows.add(Arrays.stream(cells).map(Printable::line).toList()); // one row is one line
        styles.add(style);
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** Prints the header and the rows; nothing if the table is empty. Returns early once nobody reads any more. */
    public void print(PrintWriter out) {
        if (isEmpty()) {
            return;
        }
        int[] widths = widths();
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i), widths);
            if (out instanceof Screen screen) {
                screen.println(line, styles.get(i));
            } else {
                out.println(line);
            }
        }
    }

    private int[] widths() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - length(row.get(i)) + 2));
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
