package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is shipped to read, and what is made of the program: pages with links that hold where they are installed, compressed
 * manuals and change logs, completion and schema as the built program itself prints them.
 */
final class Documents {

    /** A link to a file of the source tree. */
    private static final Pattern LINK = Pattern.compile("(\\[[^\\]\\[]*\\])\\((?!https?:|#)([^)\\s]+)\\)");

    /** A picture, which the packages do without. */
    private static final Pattern PICTURE = Pattern.compile("(?m)^!\\[[^\\]\\[]*\\]\\([^)\\s]+\\)\n\n");

    private final Path module;
    private final Path program;
    private final Release release;
    private final Folder folder;

    private Documents(Path module, Path program, Release release, Folder folder) {
        this.module = module;
        this.program = program;
        this.release = release;
        this.folder = folder;
    }

    static Path make(Path module, Path program, Release release) throws IOException, InterruptedException {
        Folder folder = Folder.empty(module.resolve("target/staged"));
        Documents documents = new Documents(module, program, release, folder);
        documents.pages();
        documents.manuals();
        documents.changelogs();
        documents.printed();
        return folder.path();
    }

    private void pages() throws IOException {
        List<Path> shipped = new ArrayList<>(List.of(source("../README.md"), source("../.github/SECURITY.md")));
        try (Stream<Path> pages = Files.list(source("docs"))) {
            pages.filter(page -> page.toString().endsWith(".md")).sorted().forEach(shipped::add);
        }
        for (Path page : shipped) {
            String words = PICTURE.matcher(Files.readString(page)).replaceAll("");
            String text = LINK.matcher(words).replaceAll(link -> installed(page, shipped, link));
            write("doc/" + page.getFileName(), text);
        }
    }

    /** A link to what is installed leads there; of any other the text remains. */
    private String installed(Path page, List<Path> shipped, MatchResult link) {
        Path target = page.resolveSibling(link.group(2)).normalize();
        Path examples = source("../examples");
        if (shipped.contains(target)) {
            return Matcher.quoteReplacement(link.group(1) + "(" + target.getFileName() + ")");
        }
        if (target.startsWith(examples)) {
            Path place = source("..").relativize(target);
            return Matcher.quoteReplacement(link.group(1) + "(" + place + ")");
        }
        return Matcher.quoteReplacement(link.group(1).substring(1, link.group(1).length() - 1));
    }

    private Path source(String name) {
        return module.resolve(name).normalize();
    }

    private void manuals() throws IOException {
        String day = release.built().atZone(ZoneOffset.UTC).toLocalDate().toString();
        try (Stream<Path> pages = Files.list(source("src/main/man"))) {
            for (Path page : pages.toList()) {
                String name = page.getFileName().toString();
                String section = name.substring(name.length() - 1);
                String text = Files.readString(page)
                        .replace("@VERSION@", release.version())
                        .replace("@DATE@", day);
                compressed("man/man" + section + "/" + name + ".gz", text);
            }
        }
    }

    private void changelogs() throws IOException {
        compressed("changelog.gz", Files.readString(source("../CHANGELOG.md")));
        String day = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(release.built());
        compressed(
                "changelog.Debian.gz",
                "fleetcron (" + release.version() + "-1) unstable; urgency=medium\n\n  * Release " + release.version()
                        + "; changelog.gz says what is new.\n\n"
                        + " -- fleetcron maintainers <maintainers@fleetcron.invalid>  " + day + "\n");
    }

    private void printed() throws IOException, InterruptedException {
        write("completion/bash", sourced(ask("completion", "bash")));
        write("completion/zsh", sourced(ask("completion", "zsh")));
        write("fleetcron.schema.json", ask("schema"));
    }

    /** What the built program prints. */
    private String ask(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-jar");
        command.add(program.resolve("lib/fleetcron.jar").toString());
        command.addAll(List.of(arguments));
        Process asked = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] answer = asked.getInputStream().readAllBytes();
        if (asked.waitFor() != 0) {
            throw new IOException("exit status " + asked.exitValue() + ": " + String.join(" ", command));
        }
        return new String(answer, StandardCharsets.UTF_8);
    }

    /** Without the line that would make it a program: shells read these files, nobody starts them. */
    private static String sourced(String script) {
        return script.replaceFirst("(?m)^#!.*\\R", "");
    }

    private void write(String name, String text) throws IOException {
        folder.write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void compressed(String name, String text) throws IOException {
        folder.write(name, Gzip.compress(text.getBytes(StandardCharsets.UTF_8)));
    }
}
