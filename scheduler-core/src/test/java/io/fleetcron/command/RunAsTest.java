package io.fleetcron.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.natives.UserDatabase.Group;
import io.fleetcron.natives.UserDatabase.User;
import io.fleetcron.run.Account;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** As whom commands run, and every reason why they cannot. */
class RunAsTest {
    private static final User ROOT = new User("root", 0, 0, "/root");
    private static final User ANNA = new User("anna", 1000, 1000, "/home/anna");
    private static final User HOMELESS = new User("homeless", 1001, 1001, "");

    @Test
    void withoutUserAndGroupItIsTheAgentAsItIs() throws Exception {
        assertEquals(new RunAs("root", 0, "/root", Optional.empty()), runAs(ROOT, "", ""));
        assertEquals(new RunAs("anna", 1000, "/home/anna", Optional.empty()), runAs(ANNA, "", ""));
    }

    @Test
    void rootBecomesAnybodyByNameOrNumber() throws Exception {
        RunAs anna = new RunAs("anna", 1000, "/home/anna", Optional.of(new Account(1000, 1000, List.of(1000L, 50L))));
        assertEquals(anna, runAs(ROOT, "anna", ""));
        assertEquals(anna, runAs(ROOT, "1000", ""));
    }

    @Test
    void aGroupTakesThePlaceOfThePrimaryOne() throws Exception {
        Optional<Account> staff = Optional.of(new Account(1000, 70, List.of(70L, 50L)));
        assertEquals(staff, runAs(ROOT, "anna", "staff").account());
        assertEquals(staff, runAs(ROOT, "anna", "70").account());
        assertEquals(
                Optional.of(new Account(0, 70, List.of(70L, 50L))),
                runAs(ROOT, "", "staff").account());
    }

    @Test
    void whoHasNoHomeLivesInTheRootDirectory() throws Exception {
        assertEquals("/", runAs(ROOT, "homeless", "").home());
    }

    @Test
    void anAgentThatIsNotRootMayNameItself() throws Exception {
        RunAs itself = new RunAs("anna", 1000, "/home/anna", Optional.empty());
        assertEquals(itself, runAs(ANNA, "anna", ""));
        assertEquals(itself, runAs(ANNA, "1000", "anna"));
    }

    @Test
    void everythingElseIsRefused() {
        assertEquals("user 'ghost' does not exist on host h1; create it or correct `user`", refusal(ROOT, "ghost", ""));
        assertEquals("user '4711' does not exist on host h1; create it or correct `user`", refusal(ROOT, "4711", ""));
        assertEquals(
                "group 'ghosts' does not exist on host h1; create it or correct `group`",
                refusal(ROOT, "anna", "ghosts"));
        assertEquals(
                "the agent on host h1 runs as 'anna', not as root, so it cannot run a command as user 'root';"
                        + " run the agent as root, or remove `user`",
                refusal(ANNA, "root", ""));
        assertEquals(
                "the agent on host h1 runs as 'anna', not as root, so it cannot give a command the group 'staff';"
                        + " run the agent as root, or remove `group`",
                refusal(ANNA, "", "staff"));
        assertEquals(
                "user 'slow' cannot be looked up on host h1: no answer; see to the host's name service"
                        + " (nsswitch.conf)",
                refusal(ROOT, "slow", ""));
    }

    private static String refusal(User agent, String user, String group) {
        return assertThrows(CannotRunException.class, () -> runAs(agent, user, group))
                .reason();
    }

    private static RunAs runAs(User agent, String user, String group) throws CannotRunException {
        ExecutionEnvironment usual = ExecutionEnvironment.USUAL;
        ExecutionEnvironment wanted = new ExecutionEnvironment(
                user.isEmpty() ? Optional.empty() : Optional.of(user),
                group.isEmpty() ? Optional.empty() : Optional.of(group),
                usual.workingDir(),
                usual.env(),
                usual.envFiles(),
                usual.stdin(),
                usual.umask(),
                usual.nice(),
                usual.ionice(),
                usual.limits());
        return RunAs.of(wanted, new Table(agent), "h1");
    }

    /** A user database of a few entries. */
    private record Table(User self) implements HostUsers {
        @Override
        public Optional<User> user(String wanted) throws IOException {
            if (wanted.equals("slow")) {
                throw new IOException("no answer");
            }
            return List.of(ROOT, ANNA, HOMELESS).stream()
                    .filter(user -> user.name().equals(wanted)
                            || String.valueOf(user.uid()).equals(wanted))
                    .findFirst();
        }

        @Override
        public Optional<Group> group(String wanted) {
            return List.of(new Group("anna", 1000), new Group("staff", 70)).stream()
                    .filter(group -> group.name().equals(wanted)
                            || String.valueOf(group.gid()).equals(wanted))
                    .findFirst();
        }

        @Override
        public List<Long> groupsOf(User user, long primary) {
            return List.of(primary, 50L);
        }

        @Override
        public long selfGroup() {
            return self.gid();
        }
    }
}
