package io.fleetcron.config.crontab;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.util.Optional;

/**
 * What the operator says of the files to import. Immutable.
 *
 * @param kind the format of all of them; absent if the place of each file must tell
 * @param user whose crontabs they are, of user crontabs
 */
public record Whose(Optional<Kind> kind, Optional<String> user) {

    /** Nothing is said: a file's place tells, or the file is refused. */
    public static final Whose UNSAID = new Whose(Optional.empty(), Optional.empty());

    /** Each line names its user, as in {@code /etc/crontab}. */
    public static final Whose USER_COLUMN = new Whose(Optional.of(Kind.SYSTEM), Optional.empty());

    /** All are crontabs of this user. */
    public static Whose of(String user) {
        return new Whose(Optional.of(Kind.USER), Optional.of(user));
    }
}
