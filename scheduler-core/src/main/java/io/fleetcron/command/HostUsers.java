package io.fleetcron.command;

import io.fleetcron.natives.UserDatabase;
import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The users of this host, and which of them the agent is. Calls may block on the host's name service. */
public interface HostUsers {

    /** The real ones. */
    HostUsers REAL = new HostUsers() {
        @Override
        public Optional<User> user(String nameOrNumber) throws IOException {
            return find(nameOrNumber, UserDatabase::user, UserDatabase::user);
        }

        @Override
        public Optional<Group> group(String nameOrNumber) throws IOException {
            return find(nameOrNumber, UserDatabase::group, UserDatabase::group);
        }

        @Override
        public List<Long> groupsOf(User user, long primary) {
            return UserDatabase.groupsOf(user.name(), primary);
        }

        @Override
        public User self() throws IOException {
            long uid = UserDatabase.self();
            Optional<User> known = UserDatabase.user(uid);
            return known.orElseGet(() -> new User(
                    System.getProperty("user.name", String.valueOf(uid)),
                    uid,
                    UserDatabase.selfGroup(),
                    System.getProperty("user.home", "/")));
        }

        @Override
        public long selfGroup() {
            return UserDatabase.selfGroup();
        }
    };

    /** The same, which look up only once whom this process runs as. */
    static HostUsers rememberingSelf(HostUsers users) {
        return new HostUsers() {
            private volatile @Nullable User self;

            @Override
            public Optional<User> user(String nameOrNumber) throws IOException {
                return users.user(nameOrNumber);
            }

            @Override
            public Optional<Group> group(String nameOrNumber) throws IOException {
                return users.group(nameOrNumber);
            }

            @Override
            public List<Long> groupsOf(User user, long primary) {
                return users.groupsOf(user, primary);
            }

            @Override
            public User self() throws IOException {
                User known = self;
                if (known == null) {
                    known = users.self();
                    self = known;
                }
                return known;
            }

            @Override
            public long selfGroup() {
                return users.selfGroup();
            }
        };
    }

    /** By name, or else by number. */
    Optional<User> user(String nameOrNumber) throws IOException;

    /** By name, or else by number. */
    Optional<Group> group(String nameOrNumber) throws IOException;

    /** All groups of a user whose primary group is this one. */
    List<Long> groupsOf(User user, long primary);

    /** Whom this process runs as. */
    User self() throws IOException;

    /** The group this process runs as. */
    long selfGroup();

    /** One entry of a database. */
    interface Lookup<K, T> {
        Optional<T> of(K key) throws IOException;
    }

    private static <T> Optional<T> find(String nameOrNumber, Lookup<String, T> byName, Lookup<Long, T> byNumber)
            throws IOException {
        Optional<T> named = byName.of(nameOrNumber);
        OptionalLong number = number(nameOrNumber);
        return named.isPresent() || number.isEmpty() ? named : byNumber.of(number.getAsLong());
    }

    private static OptionalLong number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
