package io.fleetcron.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What one package holds: the staged file of each name, which has no slash in front. */
record Contents(SortedMap<String, Path> files) {

    /** Gets every directory and file, a directory before what is in it. */
    interface Visitor {

        void directory(String name) throws IOException;

        /** The mode is 0644 or 0755. */
        void file(String name, Path file, int mode) throws IOException;

        void link(String name, String target) throws IOException;
    }

    Contents only(Predicate<String> wanted) {
        SortedMap<String, Path> some = new TreeMap<>(files);
        some.keySet().removeIf(wanted.negate());
        return new Contents(some);
    }

    void visit(Visitor visitor) throws IOException {
        SortedMap<String, Path> all = new TreeMap<>(files);
        for (String name : files.keySet()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                all.put(name.substring(0, slash), Path.of(""));
            }
        }
        for (Map.Entry<String, Path> entry : all.entrySet()) {
            String name = entry.getKey();
            Path file = entry.getValue();
            if (!files.containsKey(name)) {
                visitor.directory(name);
            } else if (Files.isSymbolicLink(file)) {
                visitor.link(name, Files.readSymbolicLink(file).toString());
            } else {
                visitor.file(name, file, mode(file));
            }
        }
    }

    private static int mode(Path file) throws IOException {
        boolean program = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                .contains(PosixFilePermission.OWNER_EXECUTE);
        return program ? 0755 : 0644;
    }
}
