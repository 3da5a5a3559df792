package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Sums of files, as the packages and SHA256SUMS name them. */
final class Digests {

    private Digests() {}

    /** The file's digest in hexadecimal digits. The algorithm must be one that every Java has. */
    static String hex(String algorithm, Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
