package io.fleetcron.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;

/** Writes a Debian binary package (deb(5)): an ar archive of two compressed tar archives. */
final class DebianPackage {

    /** A regular file's mode in an ar archive. */
    private static final int REGULAR = 0100644;

    private final Path controlFiles;
    private final Release release;

    /** {@code controlFiles}: the folder with the control file, conffiles and the maintainer's scripts (deb-control(5)). */
    DebianPackage(Path controlFiles, Release release) {
        this.controlFiles = controlFiles;
        this.release = release;
    }

    void write(Contents contents, Architecture architecture, Path target) throws IOException {
        Tar data = new Tar("./", release.built());
        contents.visit(data);
        try (OutputStream out = Files.newOutputStream(target);
                ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            member(ar, "control.tar.gz", control(contents, architecture));
            member(ar, "data.tar.gz", data.compressed());
        }
    }

    private void member(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(
                name, content.length, 0, 0, REGULAR, release.built().getEpochSecond()));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    private byte[] control(Contents contents, Architecture architecture) throws IOException {
        Tar tar = new Tar("./", release.built());
        for (Path file : controlFiles()) {
            String name = file.getFileName().toString();
            String text = Files.readString(file)
                    .replace("@VERSION@", release.version())
                    .replace("@ARCHITECTURE@", architecture.debian)
                    .replace("@INSTALLED_SIZE@", Long.toString(installedSize(contents)));
            int mode = text.startsWith("#!") ? 0755 : 0644;
            tar.file(name, text.getBytes(StandardCharsets.UTF_8), mode);
        }
        tar.file("md5sums", sums(contents).getBytes(StandardCharsets.UTF_8), 0644);
        return tar.compressed();
    }

    private List<Path> controlFiles() throws IOException {
        try (Stream<Path> files = Files.list(controlFiles)) {
            return files.sorted().toList();
        }
    }

    /** In KiB, as dpkg-gencontrol(1) estimates it: a file takes whole ones, a directory or a link takes one. */
    private static long installedSize(Contents contents) throws IOException {
        long[] size = {0};
        contents.visit(new Contents.Visitor() {
            @Override
            public void directory(String name) {
                size[0]++;
            }

            @Override
            public void file(String name, Path file, int mode) throws IOException {
                size[0] += (Files.size(file) + 1023) / 1024;
            }

            @Override
            public void link(String name, String target) {
                size[0]++;
            }
        });
        return size[0];
    }

    private static String sums(Contents contents) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, Path> entry : contents.files().entrySet()) {
            if (!Files.isSymbolicLink(entry.getValue())) {
                lines.append(Digests.hex("MD5", entry.getValue()))
                        .append("  ")
                        .append(entry.getKey())
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
