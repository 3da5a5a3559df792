package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.packager.rpm.FileFlags;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.RpmVersion;
import org.eclipse.packager.rpm.build.BuilderContext;
import org.eclipse.packager.rpm.build.BuilderOptions;
import org.eclipse.packager.rpm.build.DigestAlgorithm;
import org.eclipse.packager.rpm.build.FileInformation;
import org.eclipse.packager.rpm.build.RpmBuilder;
import org.eclipse.packager.rpm.deps.RpmDependencyFlags;

/** Writes an RPM. Of the directories it owns those of fleetcron alone: the others are other packages'. */
final class RpmPackage {

    private static final String SUMMARY = "Scheduler that replaces crontab on a fleet of hosts";
    private static final String DESCRIPTION = """
            Every host runs the same agent with the same YAML job files. When a job is due, every host sees it and
            exactly one runs it, because a job starts only under its own lock file on a shared NFSv4 directory (such as Amazon EFS),
            and because that file also says what has run already. It needs no server beside it, no database and no leader.""";

    /** Has a group that must exist before its first file is written. */
    private static final String JOB_FILES = "etc/fleetcron/jobs.d";

    private final Path scripts;
    private final Path sysusers;
    private final Release release;

    /**
     * {@code scripts}: the folder with post.sh, preun.sh and postun.sh; {@code sysusers}: what says which accounts are to be
     * made.
     */
    RpmPackage(Path scripts, Path sysusers, Release release) {
        this.scripts = scripts;
        this.sysusers = sysusers;
        this.release = release;
    }

    void write(Contents contents, Architecture architecture, Path target) throws IOException {
        BuilderOptions options = new BuilderOptions();
        options.setFileDigestAlgorithm(DigestAlgorithm.SHA256);
        RpmVersion version = new RpmVersion(release.version(), "1");
        try (RpmBuilder builder = new RpmBuilder("fleetcron", version, architecture.machine, target, options)) {
            describe(builder);
            require(builder);
            builder.setPreInstallationScript("/bin/sh", account());
            builder.setPostInstallationScript("/bin/sh", Files.readString(scripts.resolve("post.sh")));
            builder.setPreRemoveScript("/bin/sh", Files.readString(scripts.resolve("preun.sh")));
            builder.setPostRemoveScript("/bin/sh", Files.readString(scripts.resolve("postun.sh")));
            builder.setHeaderCustomizer(header ->
                    header.putInt(RpmTag.BUILDTIME, (int) release.built().getEpochSecond()));
            contents.visit(new Payload(builder.newContext()));
            builder.build();
        }
    }

    /** Makes the user and group of that file, which is not there yet. */
    private String account() throws IOException {
        return "systemd-sysusers --replace=/usr/lib/sysusers.d/fleetcron.conf - >/dev/null 2>&1 <<'EOF' || :\n"
                + Files.readString(sysusers) + "EOF\n";
    }

    private void describe(RpmBuilder builder) {
        RpmBuilder.PackageInformation information = builder.getInformation();
        information.setSummary(SUMMARY);
        information.setDescription(DESCRIPTION);
        information.setLicense("Apache-2.0");
        information.setVendor("fleetcron");
        information.setPackager("fleetcron maintainers");
        information.setGroup("System Environment/Daemons");
        information.setSourcePackage("fleetcron-" + release.version() + "-1.src.rpm");
    }

    private static void require(RpmBuilder builder) {
        builder.addRequirement(
                "(java-headless >= 1:17 or java-17-headless or java-21-headless or java-25-headless)", "");
        builder.addRequirement(
                "rpmlib(RichDependencies)",
                "4.12.0-1",
                RpmDependencyFlags.LESS,
                RpmDependencyFlags.EQUAL,
                RpmDependencyFlags.RPMLIB);
        builder.addRequirement("/bin/sh", "");
        builder.addRequirement("coreutils", "");
        builder.addRequirement("glibc", "2.34", RpmDependencyFlags.GREATER, RpmDependencyFlags.EQUAL);
        builder.addRequirement("systemd", "");
        builder.addRecommends("nfs-utils", "");
    }

    private final class Payload implements Contents.Visitor {

        private final BuilderContext builder;

        Payload(BuilderContext builder) {
            this.builder = builder;
        }

        @Override
        public void directory(String name) throws IOException {
            if (("/" + name + "/").contains("/fleetcron/")) {
                builder.addDirectory("/" + name, (path, source, type) -> {
                    FileInformation information = information(0755, Set.of());
                    if (name.equals(JOB_FILES)) { // as tmpfiles.conf has it, or `rpm --verify` would object
                        information.setMode((short) 0750);
                        information.setGroup("fleetcron");
                    }
                    return information;
                });
            }
        }

        @Override
        public void file(String name, Path file, int mode) throws IOException {
            builder.addFile("/" + name, file, (path, source, type) -> information(mode, flags(name)));
        }

        @Override
        public void link(String name, String target) throws IOException {
            builder.addSymbolicLink("/" + name, target, (path, source, type) -> information(0777, Set.of()));
        }

        private static Set<FileFlags> flags(String name) {
            if (name.startsWith("etc/")) {
                return EnumSet.of(FileFlags.CONFIGURATION, FileFlags.NOREPLACE);
            }
            if (name.startsWith("usr/share/licenses/")) {
                return EnumSet.of(FileFlags.LICENSE);
            }
            if (name.startsWith("usr/share/doc/") || name.startsWith("usr/share/man/")) {
                return EnumSet.of(FileFlags.DOC);
            }
            return Set.of();
        }

        private FileInformation information(int mode, Set<FileFlags> flags) {
            FileInformation information = new FileInformation();
            information.setUser("root");
            information.setGroup("root");
            information.setMode((short) mode);
            information.setTimestamp(release.built());
            information.setFileFlags(flags);
            return information;
        }
    }
}
