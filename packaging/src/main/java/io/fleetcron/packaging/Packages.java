package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The command: makes everything that is shipped, the packages for each architecture that has a supervisor. */
final class Packages {

    private static final String NAMES = "fleetcron*.{deb,rpm,tar.gz}";

    private final Path module;
    private final Path target;
    private final Release release;

    private Packages(Path module, Release release) {
        this.module = module;
        this.target = module.resolve("target");
        this.release = release;
    }

    /** Arguments: the folder of this module, the version, the instant of the build in ISO 8601. */
    public static void main(String[] args) throws IOException, InterruptedException {
        new Packages(Path.of(args[0]), new Release(args[1], Instant.parse(args[2]))).make();
    }

    private void make() throws IOException, InterruptedException {
        if (!Files.exists(target.resolve("fleetcron.cdx.json"))) {
            throw new IOException("target/fleetcron.cdx.json is missing: its plugin makes it unless Maven is offline."
                    + " Run mvn package once without -o");
        }
        Path program = ProgramFolder.make(module);
        Path documents = Documents.make(module, program, release);
        for (Path earlier : made().values()) {
            Files.delete(earlier);
        }
        Folder.empty(target.resolve("root"));
        for (Architecture architecture : Architecture.values()) {
            if (ProgramFolder.supports(program, architecture)) {
                packages(InstalledRoot.stage(module, program, documents, architecture), architecture);
            } else {
                System.out.println("No packages for " + architecture.machine
                        + ": no cross compiler was found that can link a static program (Debian: gcc-"
                        + architecture.machine.replace('_', '-') + "-linux-gnu libc6-dev-" + architecture.debian
                        + "-cross)");
            }
        }
        sums();
    }

    private void packages(InstalledRoot root, Architecture architecture) throws IOException {
        String version = release.version();
        new DebianPackage(module.resolve("src/main/deb"), release)
                .write(
                        root.installedBy(InstalledRoot.Kind.DEB),
                        architecture,
                        target.resolve("fleetcron_" + version + "-1_" + architecture.debian + ".deb"));
        new RpmPackage(module.resolve("src/main/rpm"), module.resolve("src/main/systemd/sysusers.conf"), release)
                .write(
                        root.installedBy(InstalledRoot.Kind.RPM),
                        architecture,
                        target.resolve("fleetcron-" + version + "-1." + architecture.machine + ".rpm"));
        Tar archive = new Tar("", release.built());
        root.archived("fleetcron-" + version).visit(archive);
        Files.write(
                target.resolve("fleetcron-" + version + "-linux-" + architecture.machine + ".tar.gz"),
                archive.compressed());
    }

    /** As {@code sha256sum -b} prints them. */
    private void sums() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, Path> made : made().entrySet()) {
            lines.append(Digests.hex("SHA-256", made.getValue()))
                    .append(" *")
                    .append(made.getKey())
                    .append('\n');
        }
        Files.writeString(target.resolve("SHA256SUMS"), lines);
    }

    private SortedMap<String, Path> made() throws IOException {
        SortedMap<String, Path> made = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target, NAMES)) {
            files.forEach(file -> made.put(file.getFileName().toString(), file));
        }
        return made;
    }
}
