package io.fleetcron.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The same answers as the system's own tools give. */
class UserDatabaseTest {

    @Test
    void everyUserOfThisHost() throws Exception {
        for (String line : said("getent", "passwd").lines().toList()) {
            String[] fields = line.split(":", -1);
            User user = new User(fields[0], Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5]);
            assertEquals(Optional.of(user), UserDatabase.user(user.name()));
            assertEquals(user.uid(), UserDatabase.user(user.uid()).orElseThrow().uid());
        }
    }

    @Test
    void everyGroupOfThisHost() throws Exception {
        for (String line : said("getent", "group").lines().toList()) {
            String[] fields = line.split(":", -1);
            Group group = new Group(fields[0], Long.parseLong(fields[2]));
            assertEquals(Optional.of(group), UserDatabase.group(group.name()));
            assertEquals(
                    group.gid(), UserDatabase.group(group.gid()).orElseThrow().gid());
        }
    }

    @Test
    void theGroupsThatInitgroupsWouldSet() throws Exception {
        for (String name : List.of("root", "nobody", "daemon")) {
            User user = UserDatabase.user(name).orElseThrow();
            TreeSet<Long> expected = Stream.of(said("id", "-G", name).trim().split(" "))
                    .map(Long::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, new TreeSet<>(UserDatabase.groupsOf(name, user.gid())));
            expected.remove(user.gid());
            expected.add(4_000_000_000L);
            assertEquals(expected, new TreeSet<>(UserDatabase.groupsOf(name, 4_000_000_000L)));
        }
    }

    @Test
    void whoDoesNotExist() throws Exception {
        assertEquals(Optional.empty(), UserDatabase.user("no-such-user"));
        assertEquals(Optional.empty(), UserDatabase.user(3_999_999_999L));
        assertEquals(Optional.empty(), UserDatabase.group("no-such-group"));
        assertEquals(Optional.empty(), UserDatabase.group(3_999_999_999L));
    }

    @Test
    void whoThisIs() throws Exception {
        assertEquals(said("id", "-u").trim(), String.valueOf(UserDatabase.self()));
        assertEquals(said("id", "-g").trim(), String.valueOf(UserDatabase.selfGroup()));
    }

    private static String said(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
