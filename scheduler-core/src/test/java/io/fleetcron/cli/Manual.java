package io.fleetcron.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Tagged paragraphs of manual pages, see groff_man(7). */
final class Manual implements GeneratedReferenceTest.Markup {

    @Override
    public String comment(String text) {
        return ".\\\" " + text + "\n";
    }

    @Override
    public String keys(List<KeyReference.Key> keys) {
        return keys.stream().map(this::key).collect(Collectors.joining());
    }

    private String key(KeyReference.Key key) {
        String word = key.initial().startsWith("this or ") ? " Required: " : " Default: ";
        String initial = key.initial().isEmpty() ? "" : word + key.initial() + ".";
        String mark = key.required() ? " \" (required)\"" : key.inDefaults() ? " \" *\"" : "";
        return ".TP\n.BR " + key.name() + mark + "\n" + paragraph(key.text() + initial) + indented(keys(key.below()));
    }

    @Override
    public String commands(List<CommandReference.Command> commands) {
        return commands.stream().map(Manual::command).collect(Collectors.joining());
    }

    private static String command(CommandReference.Command command) {
        String synopsis = command.synopsis().replaceFirst("^fleetcron ", "");
        return tagged(synopsis, command.text() + command.exitStatus())
                + indented(command.options().stream()
                        .map(option -> tagged(option.names(), option.text()))
                        .collect(Collectors.joining()));
    }

    private static String tagged(String words, String text) {
        return ".TP\n" + words(words) + "\n" + paragraph(text);
    }

    private static String indented(String text) {
        return text.isEmpty() ? "" : ".RS\n" + text + ".RE\n";
    }

    /** In bold, but for words in capitals, which stand for others, in italics. */
    private static String words(String text) {
        return escaped(text.replaceAll("\\b[A-Z]+\\b", "<$0>"))
                .replaceAll("[^ |\\[\\],<>.]+", "\\\\fB$0\\\\fR")
                .replaceAll("<\\\\fB([A-Z]+)\\\\fR>", "\\\\fI$1\\\\fR");
    }

    /** A line for each sentence. */
    private static String paragraph(String text) {
        return escaped(text)
                        .replaceAll("(?<=[a-z0-9)`][.;]) (?=[A-Z`])", "\n")
                        .replaceAll("`([^`]*)`", "\\\\fB$1\\\\fR")
                + "\n";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replaceAll("(?m)^[.']", "\\\\&$0");
    }
}
