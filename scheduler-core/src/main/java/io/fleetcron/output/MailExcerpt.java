package io.fleetcron.output;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What of a run's output goes into a mail: its beginning, and how much there is. Immutable. */
public final class MailExcerpt {

    /** More than this does not go into a mail. */
    static final int MOST = 1 << 20;

    public static final MailExcerpt NONE = new MailExcerpt(new byte[0], 0);

    private final byte[] beginning;
    private final long size;

    /**
     * @param beginning not to be changed any more
     */
    public MailExcerpt(byte[] beginning, long size) {
        this.beginning = beginning;
        this.size = size;
    }

    /** As much of a file as a mail may hold; nothing if it is not there. Blocks on where it is. */
    public static MailExcerpt of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new MailExcerpt(in.readNBytes(MOST), Files.size(file));
        } catch (IOException e) {
            return NONE;
        }
    }

    /** The bytes, not to be changed. */
    public byte[] beginning() {
        return beginning;
    }

    /** How many bytes the run wrote that are kept. */
    public long size() {
        return size;
    }

    public boolean isCut() {
        return size > beginning.length;
    }
}
