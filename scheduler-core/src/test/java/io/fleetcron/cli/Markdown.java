package io.fleetcron.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Tables of Markdown. */
final class Markdown implements GeneratedReferenceTest.Markup {

    @Override
    public String comment(String text) {
        return "<!-- " + text + " -->\n";
    }

    /** One table, and one more for each key that has keys. */
    @Override
    public String keys(List<KeyReference.Key> keys) {
        String below = keys.stream()
                .filter(key -> !key.below().isEmpty())
                .map(key -> "Keys of `" + key.name() + "`:\n" + keys(key.below()))
                .collect(Collectors.joining());
        return "\n| key | default | meaning |\n| --- | --- | --- |\n"
                + keys.stream().map(Markdown::row).collect(Collectors.joining())
                + "\n"
                + below;
    }

    private static String row(KeyReference.Key key) {
        String absent = key.required() ? "required" : key.initial().isEmpty() ? "none" : key.initial();
        String name = "`" + key.name() + "`" + (key.inDefaults() ? " *" : "");
        return "| " + name + " | " + absent + " | " + cell(key.text()) + " |\n";
    }

    /** One table, without the options: {@code --help} has them. */
    @Override
    public String commands(List<CommandReference.Command> commands) {
        return "\n| command | what it does |\n| --- | --- |\n"
                + commands.stream()
                        .map(command -> "| `" + cell(command.synopsis()) + "` | " + cell(command.text()) + " |\n")
                        .collect(Collectors.joining())
                + "\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
