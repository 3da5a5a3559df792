package io.fleetcron.config.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The groups that have one user alone, as distributions make them for people: what such a group may write, nobody but
 * that user may. Only groups of /etc/group and users of /etc/passwd are believed, and none of root's, which several
 * accounts may share. Immutable.
 */
final class PrivateGroups {

    private final List<String[]> users;
    private final List<String[]> groups;

    private PrivateGroups(List<String[]> users, List<String[]> groups) {
        this.users = users;
        this.groups = groups;
    }

    static PrivateGroups ofThisHost() {
        return new PrivateGroups(lines(Path.of("/etc/passwd")), lines(Path.of("/etc/group")));
    }

    /** Of the given lines, as in passwd(5) and group(5). */
    static PrivateGroups of(List<String> passwd, List<String> group) {
        return new PrivateGroups(split(passwd), split(group));
    }

    /** Whether that user is the group's only one. */
    boolean isPrivate(long gid, long uid) {
        if (uid == 0 || gid == 0) {
            return false;
        }
        String user = users.stream()
                .filter(line -> isNumber(line, 2, uid))
                .map(line -> line[0])
                .findFirst()
                .orElse("");
        List<String[]> same =
                groups.stream().filter(line -> isNumber(line, 2, gid)).toList();
        boolean members = same.stream().allMatch(line -> line.length < 4 || line[3].isEmpty() || line[3].equals(user));
        boolean others = users.stream().anyMatch(line -> isNumber(line, 3, gid) && !isNumber(line, 2, uid));
        return !user.isEmpty() && !same.isEmpty() && members && !others;
    }

    private static boolean isNumber(String[] line, int field, long number) {
        return line.length > field && line[field].equals(Long.toString(number));
    }

    private static List<String[]> lines(Path file) {
        try {
            return split(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<String[]> split(List<String> lines) {
        return lines.stream().map(line -> line.split(":", -1)).toList();
    }
}
