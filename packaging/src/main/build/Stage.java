import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Makes what the packages hold beside the program: compressed pages and change logs, completion and schema as the built
 * program itself prints them. The same input gives the same bytes. Started by Maven from its source.
 */
final class Stage {

    private final Path module;
    private final Path out;
    private final String version;
    private final Instant built;

    private Stage(Path module, String version, Instant built) {
        this.module = module;
        this.out = module.resolve("target/staged");
        this.version = version;
        this.built = built;
    }

    /** Arguments: the folder of this module, the version, the instant of the build in ISO 8601. */
    public static void main(String[] args) throws IOException, InterruptedException {
        new Stage(Path.of(args[0]), args[1], Instant.parse(args[2])).all();
    }

    private void all() throws IOException, InterruptedException {
        try (Stream<Path> pages = Files.list(module.resolve("src/main/man"))) {
            pages.forEach(this::page);
        }
        put("changelog.gz", gzip(Files.readAllBytes(module.resolve("../CHANGELOG.md"))));
        put("changelog.Debian.gz", gzip(debianChangelog().getBytes(StandardCharsets.UTF_8)));
        put("completion/bash", sourced(ask("completion", "bash")));
        put("completion/zsh", sourced(ask("completion", "zsh")));
        put("fleetcron.schema.json", ask("schema"));
    }

    private void page(Path page) {
        try {
            String day = built.atZone(ZoneOffset.UTC).toLocalDate().toString();
            String text = Files.readString(page).replace("@VERSION@", version).replace("@DATE@", day);
            String name = page.getFileName().toString();
            String section = name.substring(name.length() - 1);
            put("man/man" + section + "/" + name + ".gz", gzip(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String debianChangelog() {
        return "fleetcron (" + version + "-1) unstable; urgency=medium\n\n  * Release " + version
                + "; changelog.gz says what is new.\n\n -- fleetcron maintainers <maintainers@fleetcron.invalid>  "
                + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(built)
                + "\n";
    }

    /** What the built program prints. */
    private byte[] ask(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path program = module.resolve("target/fleetcron/lib/fleetcron.jar");
        List<String> command =
                Stream.concat(Stream.of(java.toString(), "-jar", program.toString()), Stream.of(arguments))
                        .toList();
        Process asked = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] answer = asked.getInputStream().readAllBytes();
        if (asked.waitFor() != 0) {
            throw new IOException("exit status " + asked.exitValue() + ": " + String.join(" ", command));
        }
        return answer;
    }

    /** Without the line that would make it a program: shells read these files, nobody starts them. */
    private static byte[] sourced(byte[] script) {
        String text = new String(script, StandardCharsets.UTF_8);
        return text.replaceFirst("(?m)^#!.*\\R", "").getBytes(StandardCharsets.UTF_8);
    }

    private void put(String name, byte[] content) throws IOException {
        Path file = out.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    /** As {@code gzip -9n} (RFC 1952): java.util.zip's own stream writes other headers in other versions. */
    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, 3});
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            bytes.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        CRC32 sum = new CRC32();
        sum.update(content);
        littleEndian(bytes, sum.getValue());
        littleEndian(bytes, content.length);
        return bytes.toByteArray();
    }

    private static void littleEndian(ByteArrayOutputStream bytes, long number) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write((int) (number >> shift));
        }
    }
}
