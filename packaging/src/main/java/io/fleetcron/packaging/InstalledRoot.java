package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The root directory of a host of one architecture with fleetcron on it and nothing else: the one place that lists what is
 * shipped. Every package takes its files from here.
 */
final class InstalledRoot {

    enum Kind {
        DEB,
        RPM,
        ARCHIVE
    }

    private static final String PROGRAM = "usr/lib/fleetcron/";
    private static final String DOC = "usr/share/doc/fleetcron/";

    /** What not every kind of package has: where names begin so, and the kinds that have them. */
    private static final Map<String, Set<Kind>> NOT_EVERYWHERE = Map.of(
            "etc/",
            EnumSet.of(Kind.DEB, Kind.RPM),
            "usr/bin/",
            EnumSet.of(Kind.DEB, Kind.RPM),
            "usr/share/licenses/",
            EnumSet.of(Kind.RPM, Kind.ARCHIVE),
            "usr/share/lintian/",
            EnumSet.of(Kind.DEB),
            "usr/share/zsh/site-functions/",
            EnumSet.of(Kind.RPM),
            "usr/share/zsh/vendor-completions/",
            EnumSet.of(Kind.DEB, Kind.ARCHIVE),
            DOC + "changelog.Debian.gz",
            EnumSet.of(Kind.DEB),
            DOC + "changelog.gz",
            EnumSet.of(Kind.DEB, Kind.RPM),
            DOC + "CHANGELOG.md",
            EnumSet.of(Kind.ARCHIVE));

    /** Where the archive, which can be unpacked anywhere, has what is installed there: by the beginnings of names. */
    private static final Map<String, String> IN_ARCHIVE = Map.ofEntries(
            Map.entry(PROGRAM, ""),
            Map.entry("usr/lib/systemd/system/", "share/systemd/"),
            Map.entry("usr/lib/sysusers.d/fleetcron.conf", "share/systemd/sysusers.conf"),
            Map.entry("usr/lib/tmpfiles.d/fleetcron.conf", "share/systemd/tmpfiles.conf"),
            Map.entry("usr/share/bash-completion/completions/fleetcron", "share/completion/bash"),
            Map.entry("usr/share/zsh/vendor-completions/_fleetcron", "share/completion/zsh"),
            Map.entry("usr/share/man/", "share/man/"),
            Map.entry("usr/share/fleetcron/", "share/"),
            Map.entry("usr/share/licenses/fleetcron/", "share/doc/"),
            Map.entry(DOC, "share/doc/"),
            Map.entry(DOC + "fleetcron.cdx.json", "share/fleetcron.cdx.json"),
            Map.entry(DOC + "examples/mount.conf", "share/systemd/mount.conf"),
            Map.entry(DOC + "examples/nfs-client-id.conf", "share/systemd/nfs-client-id.conf"),
            Map.entry(DOC + "examples/shadow.conf", "share/systemd/shadow.conf"),
            Map.entry(DOC + "examples/unprivileged.conf", "share/systemd/unprivileged.conf"));

    private final Folder folder;
    private final Path module;

    private InstalledRoot(Folder folder, Path module) {
        this.folder = folder;
        this.module = module;
    }

    static InstalledRoot stage(Path module, Path program, Path documents, Architecture architecture)
            throws IOException {
        Folder folder = Folder.empty(module.resolve("target/root/" + architecture.machine));
        InstalledRoot root = new InstalledRoot(folder, module);
        root.program(program, architecture);
        root.service();
        root.documents(documents);
        return root;
    }

    private void program(Path program, Architecture architecture) throws IOException {
        folder.copy(program.resolve("bin"), PROGRAM + "bin");
        try (Stream<Path> files = Files.list(program.resolve("lib"))) {
            for (Path jar : files.filter(Files::isRegularFile).toList()) {
                folder.copy(jar, PROGRAM + "lib/" + jar.getFileName());
            }
        }
        String natives = "lib/native/" + architecture.machine;
        folder.copy(program.resolve(natives), PROGRAM + natives);
        folder.link("usr/bin/fleetcron", "../lib/fleetcron/bin/fleetcron");
    }

    private void service() throws IOException {
        source("src/main/etc/fleetcron.yaml", "etc/fleetcron/fleetcron.yaml");
        source("src/main/etc/README", "etc/fleetcron/jobs.d/README");
        source("src/main/systemd/fleetcron.service", "usr/lib/systemd/system/fleetcron.service");
        source("src/main/systemd/sysusers.conf", "usr/lib/sysusers.d/fleetcron.conf");
        source("src/main/systemd/tmpfiles.conf", "usr/lib/tmpfiles.d/fleetcron.conf");
        source("../examples", DOC + "examples");
        source("src/main/systemd/mount.conf", DOC + "examples/mount.conf");
        source("src/main/systemd/nfs-client-id.conf", DOC + "examples/nfs-client-id.conf");
        source("src/main/systemd/shadow.conf", DOC + "examples/shadow.conf");
        source("src/main/systemd/unprivileged.conf", DOC + "examples/unprivileged.conf");
    }

    private void documents(Path documents) throws IOException {
        folder.copy(documents.resolve("man"), "usr/share/man");
        folder.copy(documents.resolve("completion/bash"), "usr/share/bash-completion/completions/fleetcron");
        folder.copy(documents.resolve("completion/zsh"), "usr/share/zsh/vendor-completions/_fleetcron");
        folder.copy(documents.resolve("completion/zsh"), "usr/share/zsh/site-functions/_fleetcron");
        folder.copy(documents.resolve("fleetcron.schema.json"), "usr/share/fleetcron/fleetcron.schema.json");
        folder.copy(documents.resolve("doc"), "usr/share/doc/fleetcron");
        folder.copy(documents.resolve("changelog.gz"), DOC + "changelog.gz");
        folder.copy(documents.resolve("changelog.Debian.gz"), DOC + "changelog.Debian.gz");
        source("../CHANGELOG.md", DOC + "CHANGELOG.md");
        source("target/fleetcron.cdx.json", DOC + "fleetcron.cdx.json");
        source("src/main/doc/copyright", DOC + "copyright");
        source("src/main/doc/lintian-overrides", "usr/share/lintian/overrides/fleetcron");
        source("../LICENSE", "usr/share/licenses/fleetcron/LICENSE");
    }

    /** The source counts from this module's folder. */
    private void source(String source, String name) throws IOException {
        folder.copy(module.resolve(source), name);
    }

    /** What is installed by a package of that kind. */
    Contents installedBy(Kind kind) throws IOException {
        return new Contents(folder.files())
                .only(name -> NOT_EVERYWHERE.entrySet().stream()
                        .allMatch(rule -> !name.startsWith(rule.getKey())
                                || rule.getValue().contains(kind)));
    }

    /** What the archive holds, all of it below one folder. */
    Contents archived(String below) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        installedBy(Kind.ARCHIVE).files().forEach((name, file) -> files.put(below + "/" + inArchive(name), file));
        return new Contents(files);
    }

    private static String inArchive(String name) {
        String longest = IN_ARCHIVE.keySet().stream()
                .filter(name::startsWith)
                .max((one, other) -> Integer.compare(one.length(), other.length()))
                .orElseThrow(() -> new IllegalStateException("IN_ARCHIVE says nothing of " + name));
        return IN_ARCHIVE.get(longest) + name.substring(longest.length());
    }
}
