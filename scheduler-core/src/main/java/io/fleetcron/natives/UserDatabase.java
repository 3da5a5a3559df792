package io.fleetcron.natives;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The host's users and groups through its name service switch, nsswitch.conf(5): local files, LDAP, SSSD or whatever it
 * is configured to ask. A call may block as long as those do. Stateless and thread-safe.
 */
public final class UserDatabase {
    /** getpwnam(3): what "no such user" may be called as well. */
    private static final Set<Integer> NONE = Set.of(Errno.ENOENT, Errno.ESRCH, Errno.EBADF, Errno.EPERM);

    private static final int ERANGE = 34; // asm-generic/errno-base.h
    private static final int FIRST_BUFFER = 4096;
    private static final int LARGEST_BUFFER = 16 << 20;
    private static final int STRUCT = 64; // larger than glibc's struct passwd (48) and struct group (32)

    // Offsets in glibc's struct passwd (pwd.h) and struct group (grp.h) on 64-bit machines.
    private static final int PW_UID = 16;
    private static final int PW_GID = 20;
    private static final int PW_DIR = 32;
    private static final int GR_GID = 16;

    private static final int FIRST_GROUPS = 64;
    private static final int MOST_GROUPS = 65_536; // NGROUPS_MAX of linux/limits.h

    static {
        Native.register(UserDatabase.class, "c");
    }

    private UserDatabase() {}

    /**
     * An entry of passwd(5).
     *
     * @param uid as an unsigned number of 32 bits
     * @param gid the primary group, likewise
     */
    public record User(String name, long uid, long gid, String home) {}

    /** An entry of group(5). */
    public record Group(String name, long gid) {}

    /** getpwnam_r(3). */
    public static Optional<User> user(String name) throws ErrnoException {
        byte[] wanted = Descriptors.cString(name);
        return find(
                "getpwnam_r",
                (entry, buffer, size, found) -> getpwnam_r(wanted, entry, buffer, size, found),
                UserDatabase::readUser);
    }

    /** getpwuid_r(3). */
    public static Optional<User> user(long uid) throws ErrnoException {
        return find(
                "getpwuid_r",
                (entry, buffer, size, found) -> getpwuid_r((int) uid, entry, buffer, size, found),
                UserDatabase::readUser);
    }

    /** getgrnam_r(3). */
    public static Optional<Group> group(String name) throws ErrnoException {
        byte[] wanted = Descriptors.cString(name);
        return find(
                "getgrnam_r",
                (entry, buffer, size, found) -> getgrnam_r(wanted, entry, buffer, size, found),
                UserDatabase::readGroup);
    }

    /** getgrgid_r(3). */
    public static Optional<Group> group(long gid) throws ErrnoException {
        return find(
                "getgrgid_r",
                (entry, buffer, size, found) -> getgrgid_r((int) gid, entry, buffer, size, found),
                UserDatabase::readGroup);
    }

    /** getgrouplist(3): what initgroups(3) would set for this user with this primary group, that one included. */
    public static List<Long> groupsOf(String user, long primary) {
        byte[] name = Descriptors.cString(user);
        IntByReference count = new IntByReference(FIRST_GROUPS);
        for (int room = FIRST_GROUPS; ; room = Math.min(MOST_GROUPS, Math.max(2 * room, count.getValue()))) {
            count.setValue(room);
            try (Memory groups = new Memory(4L * room)) {
                if (getgrouplist(name, (int) primary, groups, count) >= 0 || room == MOST_GROUPS) {
                    return Arrays.stream(groups.getIntArray(0, Math.min(room, count.getValue())))
                            .mapToObj(Integer::toUnsignedLong)
                            .toList();
                }
            }
        }
    }

    /** geteuid(2), as an unsigned number of 32 bits. */
    public static long self() {
        return Integer.toUnsignedLong(geteuid());
    }

    /** getegid(2), likewise. */
    public static long selfGroup() {
        return Integer.toUnsignedLong(getegid());
    }

    private interface Call {
        int into(Pointer entry, Pointer buffer, NativeLong size, PointerByReference found);
    }

    private interface Reader<T> {
        T read(Pointer entry);
    }

    private static <T> Optional<T> find(String name, Call call, Reader<T> reader) throws ErrnoException {
        for (int size = FIRST_BUFFER; ; size *= 4) {
            try (Memory entry = new Memory(STRUCT);
                    Memory buffer = new Memory(size)) {
                PointerByReference found = new PointerByReference();
                int error = call.into(entry, buffer, new NativeLong(size), found);
                if (error == 0) {
                    return Optional.ofNullable(found.getValue()).map(reader::read);
                }
                if (NONE.contains(error)) {
                    return Optional.empty();
                }
                boolean again = error == Errno.EINTR || (error == ERANGE && size < LARGEST_BUFFER);
                if (!again) {
                    throw new ErrnoException(name, error);
                }
            }
        }
    }

    private static User readUser(Pointer entry) {
        return new User(
                text(entry, 0),
                Integer.toUnsignedLong(entry.getInt(PW_UID)),
                Integer.toUnsignedLong(entry.getInt(PW_GID)),
                text(entry, PW_DIR));
    }

    private static Group readGroup(Pointer entry) {
        return new Group(text(entry, 0), Integer.toUnsignedLong(entry.getInt(GR_GID)));
    }

    private static String text(Pointer entry, int offset) {
        Pointer text = entry.getPointer(offset);
        return text == null ? "" : text.getString(0, StandardCharsets.UTF_8.name());
    }

    private static native int getpwnam_r(
            byte[] name, Pointer entry, Pointer buffer, NativeLong size, PointerByReference found);

    private static native int getpwuid_r(
            int uid, Pointer entry, Pointer buffer, NativeLong size, PointerByReference found);

    private static native int getgrnam_r(
            byte[] name, Pointer entry, Pointer buffer, NativeLong size, PointerByReference found);

    private static native int getgrgid_r(
            int gid, Pointer entry, Pointer buffer, NativeLong size, PointerByReference found);

    private static native int getgrouplist(byte[] user, int group, Pointer groups, IntByReference count);

    private static native int geteuid();

    private static native int getegid();
}
