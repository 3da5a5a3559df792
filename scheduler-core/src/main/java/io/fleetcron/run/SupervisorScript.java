package io.fleetcron.run;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The supervisor's text, installed where it outlives the program that brought it.
 *
 * @param shell the words that start a POSIX shell
 * @param file the script
 */
record SupervisorScript(List<String> shell, Path file) {
    /** What every Linux host has. */
    static final List<String> SH = List.of("/bin/sh");

    /** The words that start it. */
    List<String> words() {
        return Stream.concat(shell.stream(), Stream.of(file.toString())).toList();
    }

    /**
     * Writes the script into the directory unless it is there. Its name holds a hash of its text, so that an upgrade
     * never changes a script that is running.
     */
    static SupervisorScript install(List<String> shell, Path directory) throws IOException {
        byte[] text = text();
        Path file = directory.resolve("supervisor-" + hash(text) + ".sh");
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), text)) {
            return new SupervisorScript(shell, file);
        }
        Path temporary = Files.createTempFile(directory, ".supervisor", ".sh");
        try {
            Files.write(temporary, text);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r-x------"));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return new SupervisorScript(shell, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static byte[] text() throws IOException {
        try (InputStream in = SupervisorScript.class.getResourceAsStream("supervisor.sh")) {
            if (in == null) {
                throw new IOException("supervisor.sh is missing from the program; install fleetcron again");
            }
            return in.readAllBytes();
        }
    }

    private static String hash(byte[] text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return String.format(Locale.ROOT, "%064x", new BigInteger(1, digest))
                    .substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }
}
