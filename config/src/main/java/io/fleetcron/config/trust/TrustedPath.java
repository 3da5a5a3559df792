package io.fleetcron.config.trust;

import io.fleetcron.config.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Says whether somebody else could change what a path leads to. It is trusted if every component from / belongs to root
 * or to this process' user and nobody else may write it: whoever may write a folder can put another file, or another
 * folder, in the place of any in it. Above the path's end, a folder in which only owners may rename (/tmp, with the sticky
 * bit) is as good. Links are followed one by one, and where they lie counts as well as where they lead.
 *
 * <p>A trusted path that exists cannot change between this look and its use. Stateless.
 */
public final class TrustedPath {

    private static final Path SELF = Path.of("/proc/self");
    private static final int TYPE = 0170000; // inode(7)
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int GROUP_MAY_WRITE = 0020;
    private static final int OTHERS_MAY_WRITE = 0002;
    private static final int MOST_LINKS = 40; // path_resolution(7)

    private final long self;
    private final PrivateGroups groups;
    private final boolean mustExist;

    private TrustedPath(long self, PrivateGroups groups, boolean mustExist) {
        this.self = self;
        this.groups = groups;
        this.mustExist = mustExist;
    }

    /**
     * A component that somebody else could change.
     *
     * @param component which one
     * @param message who could, and what to do about it; without the component's name in front
     */
    public record Untrusted(Path component, String message) {
        /** Component and message. */
        @Override
        public String toString() {
            return Printable.line(component.toString()) + " " + message;
        }
    }

    /**
     * The first component from / that is not trusted; empty if all are. What does not exist is not looked at: whoever
     * makes it makes it in a trusted folder.
     */
    public static Optional<Untrusted> problem(Path path) {
        return problem(path, false);
    }

    /**
     * As {@link #problem}, before something is opened that exists: a component that is missing is a problem too, since
     * where only owners may rename, anybody may make it in the next moment.
     */
    public static Optional<Untrusted> problemOfExisting(Path path) {
        return problem(path, true);
    }

    private static Optional<Untrusted> problem(Path path, boolean mustExist) {
        try {
            long self = ((Number) Files.getAttribute(SELF, "unix:uid")).longValue();
            return new TrustedPath(self, PrivateGroups.ofThisHost(), mustExist).check(path);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of(new Untrusted(path, "cannot be looked at: " + e));
        }
    }

    private Optional<Untrusted> check(Path path) throws IOException {
        Deque<Path> rest = new ArrayDeque<>();
        Path absolute = path.toAbsolutePath();
        absolute.forEach(rest::addLast);
        Path at = Path.of("/");
        Optional<Untrusted> wrong = wrong(at, attributes(at), rest.isEmpty());
        int links = 0;
        while (wrong.isEmpty() && !rest.isEmpty()) {
            Path name = rest.removeFirst();
            if (name.toString().equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
                continue;
            }
            Path next = at.resolve(name).normalize();
            Map<String, Object> attributes;
            try {
                attributes = attributes(next);
            } catch (NoSuchFileException e) {
                return mustExist ? Optional.of(new Untrusted(next, "does not exist any more")) : Optional.empty();
            }
            if ((mode(attributes) & TYPE) != LINK) {
                wrong = wrong(next, attributes, rest.isEmpty());
                at = next;
                continue;
            }
            wrong = owner(next, attributes);
            Path target = Files.readSymbolicLink(next);
            if (++links > MOST_LINKS) {
                return Optional.of(new Untrusted(next, "is one of too many links"));
            }
            at = target.isAbsolute() ? Path.of("/") : at;
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                rest.addFirst(target.getName(i));
            }
        }
        return wrong;
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<Untrusted> wrong(Path path, Map<String, Object> attributes, boolean last) {
        return owner(path, attributes).or(() -> writers(path, attributes, last));
    }

    private Optional<Untrusted> owner(Path path, Map<String, Object> attributes) {
        long owner = number(attributes, "uid");
        if (owner == 0 || owner == self) {
            return Optional.empty();
        }
        return Optional.of(new Untrusted(
                path,
                "belongs to user id " + owner + ", who could change it, or what lies below it, and then run commands as"
                        + " this agent; it must belong to root or to the user the agent runs as (user id " + self
                        + "): run `chown " + (self == 0 ? "root" : Long.toString(self)) + " "
                        + Printable.line(path.toString())
                        + "`"));
    }

    private Optional<Untrusted> writers(Path path, Map<String, Object> attributes, boolean last) {
        int mode = mode(attributes);
        boolean onlyOwnersRename = (mode & TYPE) == DIRECTORY && (mode & STICKY) != 0 && !last;
        boolean others = (mode & OTHERS_MAY_WRITE) != 0;
        boolean group = (mode & GROUP_MAY_WRITE) != 0
                && !groups.isPrivate(number(attributes, "gid"), number(attributes, "uid"));
        if (onlyOwnersRename || (!others && !group)) {
            return Optional.empty();
        }
        return Optional.of(new Untrusted(
                path,
                String.format(
                        Locale.ROOT,
                        "can be changed by other users (mode %04o), who could then run commands as this agent: run"
                                + " `chmod go-w %s`",
                        mode & 07777,
                        Printable.line(path.toString()))));
    }

    private static int mode(Map<String, Object> attributes) {
        return (int) number(attributes, "mode");
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) java.util.Objects.requireNonNull(attributes.get(name))).longValue() & 0xffff_ffffL;
    }
}
