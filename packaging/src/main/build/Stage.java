import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Makes what the packages hold beside the program: pages with links that hold where they are installed, compressed manuals
 * and change logs, completion and schema as the built program itself prints them ({@code target/staged}). Then lays out the packages' files at the places where they are
 * installed ({@code target/root}): those of all packages ({@code common}), those of one kind ({@code deb}, {@code rpm})
 * and those of one architecture. The same input gives the same bytes. Started by Maven from its source.
 */
final class Stage {

    /** Architectures as {@code uname -m} and as Debian call them. */
    private static final Map<String, String> ARCHITECTURES =
            new TreeMap<>(Map.of("x86_64", "amd64", "aarch64", "arm64"));

    private static final String PROGRAM = "usr/lib/fleetcron/";
    private static final String DOC = "usr/share/doc/fleetcron/";

    /** A link to a file of the source tree. */
    private static final Pattern LINK = Pattern.compile("(\\[[^\\]\\[]*\\])\\((?!https?:|#)([^)\\s]+)\\)");

    private final Path module;
    private final Path out;
    private final Path root;
    private final String version;
    private final Instant built;

    private Stage(Path module, String version, Instant built) {
        this.module = module;
        this.out = module.resolve("target/staged");
        this.root = module.resolve("target/root");
        this.version = version;
        this.built = built;
    }

    /** Arguments: the folder of this module, the version, the instant of the build in ISO 8601. */
    public static void main(String[] args) throws IOException, InterruptedException {
        new Stage(Path.of(args[0]), args[1], Instant.parse(args[2])).all();
    }

    private void all() throws IOException, InterruptedException {
        try (Stream<Path> pages = Files.list(module.resolve("src/main/man"))) {
            pages.forEach(this::manual);
        }
        put("changelog.gz", gzip(Files.readAllBytes(module.resolve("../CHANGELOG.md"))));
        put("changelog.Debian.gz", gzip(debianChangelog().getBytes(StandardCharsets.UTF_8)));
        put("completion/bash", sourced(ask("completion", "bash")));
        put("completion/zsh", sourced(ask("completion", "zsh")));
        put("fleetcron.schema.json", ask("schema"));
        pages();
        delete(root);
        common();
        deb();
        rpm();
        for (Map.Entry<String, String> architecture : ARCHITECTURES.entrySet()) {
            architecture(architecture.getKey(), architecture.getValue());
        }
    }

    private void common() throws IOException {
        Path common = root.resolve("common");
        copy("target/fleetcron/bin", common.resolve(PROGRAM + "bin"));
        try (Stream<Path> files = Files.list(module.resolve("target/fleetcron/lib"))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                copy(jar.toString(), common.resolve(PROGRAM + "lib/" + jar.getFileName()));
            }
        }
        copy("src/main/etc/fleetcron.yaml", common.resolve("etc/fleetcron/fleetcron.yaml"));
        copy("src/main/etc/README", common.resolve("etc/fleetcron/jobs.d/README"));
        copy("src/main/systemd/fleetcron.service", common.resolve("usr/lib/systemd/system/fleetcron.service"));
        copy("src/main/systemd/sysusers.conf", common.resolve("usr/lib/sysusers.d/fleetcron.conf"));
        copy("src/main/systemd/tmpfiles.conf", common.resolve("usr/lib/tmpfiles.d/fleetcron.conf"));
        copy("target/staged/man", common.resolve("usr/share/man"));
        copy("target/staged/completion/bash", common.resolve("usr/share/bash-completion/completions/fleetcron"));
        copy("target/staged/fleetcron.schema.json", common.resolve("usr/share/fleetcron/fleetcron.schema.json"));
        copy("target/staged/fleetcron.cdx.json", common.resolve(DOC + "fleetcron.cdx.json"));
        copy("../examples", common.resolve(DOC + "examples"));
        copy("src/main/systemd/mount.conf", common.resolve(DOC + "examples/mount.conf"));
        copy("src/main/systemd/nfs-client-id.conf", common.resolve(DOC + "examples/nfs-client-id.conf"));
        copy("src/main/systemd/unprivileged.conf", common.resolve(DOC + "examples/unprivileged.conf"));
        copy("src/main/doc/copyright", common.resolve(DOC + "copyright"));
        copy("target/staged/doc", common.resolve(DOC));
        copy("target/staged/changelog.gz", common.resolve(DOC + "changelog.gz"));
    }

    private void deb() throws IOException {
        Path deb = root.resolve("deb");
        copy("target/staged/changelog.Debian.gz", deb.resolve(DOC + "changelog.Debian.gz"));
        copy("target/staged/completion/zsh", deb.resolve("usr/share/zsh/vendor-completions/_fleetcron"));
        copy("src/main/doc/lintian-overrides", deb.resolve("usr/share/lintian/overrides/fleetcron"));
    }

    private void rpm() throws IOException {
        Path rpm = root.resolve("rpm");
        copy("target/staged/completion/zsh", rpm.resolve("usr/share/zsh/site-functions/_fleetcron"));
        copy("../LICENSE", rpm.resolve("usr/share/licenses/fleetcron/LICENSE"));
    }

    /** JNA's library and the supervisor, if that was built; the Debian package's control files. */
    private void architecture(String name, String debian) throws IOException {
        Path supervisor =
                module.resolve("../scheduler-core/target/classes/io/fleetcron/run/" + name + "/fleetcron-supervisor");
        if (!Files.exists(supervisor)) {
            System.out.println("No packages for " + name + ": no cross compiler was found that can link a static"
                    + " program (Debian: gcc-" + name.replace('_', '-') + "-linux-gnu libc6-dev-" + debian + "-cross)");
            return;
        }
        Path natives = root.resolve(name).resolve(PROGRAM + "lib/native/" + name);
        copy(supervisor.toString(), natives.resolve("fleetcron-supervisor"));
        copy("target/native/" + name, natives);
        Path control = root.resolve(name + ".control");
        copy("src/main/deb", control);
        Path file = control.resolve("control");
        Files.writeString(file, Files.readString(file).replace("@ARCHITECTURE@", debian));
    }

    /** Copies a file, or a folder with all that is in it; the source counts from this module's folder. */
    private void copy(String source, Path target) throws IOException {
        Path from = module.resolve(source);
        try (Stream<Path> found = Files.walk(from)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                Path to = file.equals(from) ? target : target.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> found = Files.walk(folder)) {
                for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** What is shipped to read, in {@code doc}, beside the folder of examples. */
    private void pages() throws IOException {
        List<Path> shipped = new ArrayList<>(List.of(source("../README.md"), source("../.github/SECURITY.md")));
        try (Stream<Path> pages = Files.list(source("docs"))) {
            pages.filter(page -> page.toString().endsWith(".md")).sorted().forEach(shipped::add);
        }
        delete(out.resolve("doc"));
        for (Path page : shipped) {
            String text = LINK.matcher(Files.readString(page)).replaceAll(link -> installed(page, shipped, link));
            put("doc/" + page.getFileName(), text.getBytes(StandardCharsets.UTF_8));
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
            Path place = examples.getParent().relativize(target);
            return Matcher.quoteReplacement(link.group(1) + "(" + place + ")");
        }
        return Matcher.quoteReplacement(link.group(1).substring(1, link.group(1).length() - 1));
    }

    private Path source(String name) {
        return module.resolve(name).normalize();
    }

    private void manual(Path page) {
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
