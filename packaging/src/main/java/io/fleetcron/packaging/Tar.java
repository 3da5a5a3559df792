package io.fleetcron.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive of root's files, all of one time. */
final class Tar implements Contents.Visitor {

    private final String prefix;
    private final Instant time;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    /** The prefix goes before every name. */
    Tar(String prefix, Instant time) {
        this.prefix = prefix;
        this.time = time;
    }

    @Override
    public void directory(String name) throws IOException {
        put(new TarArchiveEntry(prefix + name + "/"), 0755);
        tar.closeArchiveEntry();
    }

    @Override
    public void file(String name, Path file, int mode) throws IOException {
        file(name, Files.readAllBytes(file), mode);
    }

    void file(String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(prefix + name);
        entry.setSize(content.length);
        put(entry, mode);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    @Override
    public void link(String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(prefix + name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        put(entry, 0777);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode) throws IOException {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setLastModifiedTime(FileTime.from(time));
        tar.putArchiveEntry(entry);
    }

    /** Ends the archive. */
    byte[] compressed() throws IOException {
        tar.close();
        return Gzip.compress(bytes.toByteArray());
    }
}
