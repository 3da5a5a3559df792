package io.fleetcron.host;

import io.fleetcron.config.Printable;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.storage.FileIdentity;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The locks of jobs that run on every host: one directory for each fleet and host, which all its instances and commands
 * share. Members report which one they use, so that two processes of one host with different ones find out. Immutable.
 *
 * @param directory an existing directory
 * @param place the directory as members report it: its device and inode, because a path may lead elsewhere in another
 *     mount name space, and the path
 */
public record LocalLocks(Path directory, String place) {

    /** Characters of a place: a member's line is short. The path may be cut. */
    private static final int LONGEST = 300;

    static LocalLocks in(Path directory) throws IOException {
        FileIdentity identity = FileIdentity.of(directory);
        String text = identity.device() + ":" + identity.inode() + " " + Printable.line(directory.toString());
        return new LocalLocks(directory, text.substring(0, Math.min(text.length(), LONGEST)));
    }

    /** Why this process and that member, if both are on this host, could run a job with {@code run_on: every} at once. */
    public Optional<String> conflict(Identity self, Member other) {
        boolean here =
                other.host().equals(self.host()) && other.identity().boot().equals(self.boot());
        if (!here || other.localLocks().filter(place::equals).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("instance " + other.instance() + " (process " + other.pid()
                + ") of this host keeps the locks of jobs with `run_on: every` in "
                + other.localLocks().orElse("a place that its version does not report") + ", this process would in "
                + place
                + ", and both could run such a job at once. Use the same user and state_dir for all instances and commands of"
                + " a host; restart an agent of an earlier version. If this host has no such process, somebody who can write"
                + " the shared directory keeps a line of that name alive in the member table");
    }

    /**
     * Moves the locks here from where they were before all instances of a host shared them. Runs in progress keep theirs:
     * the files stay the same.
     *
     * @param earlier may exist
     * @return these locks, in the directory that is there now
     */
    LocalLocks takeOver(Path earlier) throws IOException {
        if (Files.exists(
                earlier)) { // one that does not may lie on another file system, from which nothing can be moved
            try {
                Files.move(earlier, directory, StandardCopyOption.ATOMIC_MOVE); // replaces an empty directory only
            } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                return in(directory); // there is nothing to move, or another instance was first
            }
        }
        return in(directory);
    }
}
