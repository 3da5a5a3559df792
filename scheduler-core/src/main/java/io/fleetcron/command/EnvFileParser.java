package io.fleetcron.command;

import io.fleetcron.config.NameRules;
import io.fleetcron.run.CommandSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the text of an environment file: {@code NAME=VALUE} lines; blank lines and lines that begin with {@code #} or
 * {@code ;} do not count. A value ends with its line and loses blanks around it. Between single quotes everything stands
 * for itself; between double quotes, and outside of quotes, a backslash takes the meaning from the next character, and
 * both are dropped at the end of a line, which so goes on in the next. Quoted values may hold line ends. Nothing is
 * expanded. Messages name lines and never show what stands there: it may be secret.
 */
final class EnvFileParser {
    private static final char END = '\n';

    private final Path file;
    private final String text;
    private int at;
    private int line = 1;

    private EnvFileParser(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * The variables in the order of the file; of two of one name, the later one.
     *
     * @param file for messages
     * @throws CannotRunException at the first line that is not of this form
     */
    static Map<String, String> parse(Path file, String text) throws CannotRunException {
        return new EnvFileParser(file, text.replace("\r\n", "\n")).variables();
    }

    private Map<String, String> variables() throws CannotRunException {
        Map<String, String> all = new LinkedHashMap<>();
        while (true) {
            skipBlank(true);
            if (at == text.length()) {
                return all;
            }
            if (text.charAt(at) == '#' || text.charAt(at) == ';') {
                at = text.indexOf(END, at) < 0 ? text.length() : text.indexOf(END, at);
            } else {
                String name = name();
                all.put(name, value());
            }
        }
    }

    private String name() throws CannotRunException {
        int start = at;
        while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != END) {
            at++;
        }
        if (at == text.length() || text.charAt(at) == END) {
            throw wrong("expected NAME=VALUE, or # and a comment");
        }
        String name = text.substring(start, at++).stripTrailing();
        if (!CommandSpec.isVariableName(name) || NameRules.variable(name).isPresent()) {
            throw wrong("what stands before = cannot name a variable: a name is made of letters, digits and _, and must"
                    + " not be one that the shell or fleetcron keeps for itself");
        }
        return name;
    }

    private String value() throws CannotRunException {
        skipBlank(false);
        StringBuilder value = new StringBuilder();
        int kept = 0; // up to here nothing is a trailing blank
        while (at < text.length() && text.charAt(at) != END) {
            char c = text.charAt(at++);
            switch (c) {
                case '\'' -> singleQuoted(value);
                case '"' -> doubleQuoted(value);
                case '\\' -> escaped(value);
                default -> value.append(plain(c));
            }
            if (c != ' ' && c != '\t') {
                kept = value.length();
            }
        }
        return value.substring(0, kept);
    }

    private void singleQuoted(StringBuilder value) throws CannotRunException {
        int opened = line;
        while (at < text.length() && text.charAt(at) != '\'') {
            value.append(plain(next()));
        }
        close(opened, "'");
    }

    private void doubleQuoted(StringBuilder value) throws CannotRunException {
        int opened = line;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = next();
            if (c == '\\') {
                escaped(value);
            } else {
                value.append(plain(c));
            }
        }
        close(opened, "\"");
    }

    private void close(int opened, String quote) throws CannotRunException {
        if (at == text.length()) {
            line = opened;
            throw wrong("the quote " + quote + " is not closed");
        }
        at++;
    }

    private void escaped(StringBuilder value) throws CannotRunException {
        if (at == text.length()) {
            throw wrong("nothing follows the last backslash");
        }
        char c = next();
        if (c != END) {
            value.append(plain(c));
        }
    }

    private char next() {
        char c = text.charAt(at++);
        if (c == END) {
            line++;
        }
        return c;
    }

    private char plain(char c) throws CannotRunException {
        if (c == '\0') {
            throw wrong("a NUL character, which no variable can hold");
        }
        return c;
    }

    private void skipBlank(boolean acrossLines) {
        while (at < text.length()
                && (text.charAt(at) == ' ' || text.charAt(at) == '\t' || (acrossLines && text.charAt(at) == END))) {
            next();
        }
    }

    private CannotRunException wrong(String what) {
        return new CannotRunException("env_file " + file + ":" + line + ": " + what);
    }
}
