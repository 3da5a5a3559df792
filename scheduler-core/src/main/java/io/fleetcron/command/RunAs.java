package io.fleetcron.command;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import io.fleetcron.run.Account;
import java.io.IOException;
import java.util.Optional;

/**
 * As whom a command runs on this host.
 *
 * @param name the user's name
 * @param uid the user's number
 * @param home the user's home directory
 * @param account the rights to change to; absent if the agent has them already
 */
record RunAs(String name, long uid, String home, Optional<Account> account) {

    private static final long ROOT = 0;

    /**
     * Finds out. Blocks on the host's name service.
     *
     * @param host this host's name, for messages
     * @throws CannotRunException if this host has no such user or group, or the agent may not change to it
     */
    static RunAs of(ExecutionEnvironment wanted, HostUsers users, String host) throws CannotRunException {
        User self = self(users, host);
        if (wanted.user().isEmpty() && wanted.group().isEmpty()) {
            return new RunAs(self.name(), self.uid(), home(self), Optional.empty());
        }
        User user = wanted.user().isPresent() ? user(wanted.user().get(), users, host) : self;
        long group = wanted.group().isPresent() ? group(wanted.group().get(), users, host) : user.gid();
        if (self.uid() == ROOT) {
            Account account = new Account(user.uid(), group, users.groupsOf(user, group));
            return new RunAs(user.name(), user.uid(), home(user), Optional.of(account));
        }
        refuseOthers(wanted, user, group, self, users, host);
        return new RunAs(user.name(), user.uid(), home(user), Optional.empty());
    }

    private static void refuseOthers(
            ExecutionEnvironment wanted, User user, long group, User self, HostUsers users, String host)
            throws CannotRunException {
        String agent = "the agent on host " + host + " runs as '" + self.name() + "', not as root, so it cannot ";
        if (user.uid() != self.uid()) {
            throw new CannotRunException(agent + "run a command as user '"
                    + wanted.user().orElse(user.name()) + "'; run the agent as root, or remove `user`");
        }
        if (wanted.group().isPresent() && group != users.selfGroup()) {
            throw new CannotRunException(agent + "give a command the group '"
                    + wanted.group().get() + "'; run the agent as root, or remove `group`");
        }
    }

    private static User user(String wanted, HostUsers users, String host) throws CannotRunException {
        try {
            return users.user(wanted)
                    .orElseThrow(() -> new CannotRunException(
                            "user '" + wanted + "' does not exist on host " + host + "; create it or correct `user`"));
        } catch (IOException e) {
            throw unanswered("user '" + wanted + "'", host, e);
        }
    }

    private static long group(String wanted, HostUsers users, String host) throws CannotRunException {
        try {
            return users.group(wanted)
                    .map(Group::gid)
                    .orElseThrow(() -> new CannotRunException("group '" + wanted + "' does not exist on host " + host
                            + "; create it or correct `group`"));
        } catch (IOException e) {
            throw unanswered("group '" + wanted + "'", host, e);
        }
    }

    private static User self(HostUsers users, String host) throws CannotRunException {
        try {
            return users.self();
        } catch (IOException e) {
            throw unanswered("the agent's own user", host, e);
        }
    }

    private static CannotRunException unanswered(String what, String host, IOException cause) {
        return new CannotRunException(what + " cannot be looked up on host " + host + ": " + cause.getMessage()
                + "; see to the host's name service (nsswitch.conf)");
    }

    private static String home(User user) {
        return user.home().isEmpty() ? "/" : user.home();
    }
}
