package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder that is filled. A file has the same mode in it whatever the umask, and whatever mode its source has. */
record Folder(Path path) {

    private static final Pattern PROGRAM = Pattern.compile("(.*/)?bin/[^/]+|(.*/)?fleetcron-supervisor");

    /** An empty folder at this place; what was there before is deleted. */
    static Folder empty(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> found = Files.walk(path)) {
                for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(path);
        return new Folder(path);
    }

    /** Copies a file, or a folder with everything in it, to this name. */
    void copy(Path source, String name) throws IOException {
        try (Stream<Path> found = Files.walk(source)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                String target = file.equals(source) ? name : name + "/" + source.relativize(file);
                Files.copy(file, place(target), StandardCopyOption.REPLACE_EXISTING);
                setMode(target);
            }
        }
    }

    void write(String name, byte[] content) throws IOException {
        Files.write(place(name), content);
        setMode(name);
    }

    void link(String name, String target) throws IOException {
        Files.createSymbolicLink(place(name), Path.of(target));
    }

    /** All files and symbolic links, by name. */
    SortedMap<String, Path> files() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(path)) {
            found.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> files.put(path.relativize(file).toString(), file));
        }
        return files;
    }

    private Path place(String name) throws IOException {
        Path place = path.resolve(name);
        Files.createDirectories(place.resolveSibling("."));
        return place;
    }

    private void setMode(String name) throws IOException {
        String mode = PROGRAM.matcher(name).matches() ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path.resolve(name), PosixFilePermissions.fromString(mode));
    }
}
