package io.fleetcron.notify;

import io.fleetcron.ledger.Settlement;
import java.util.List;

/** Sends the mails that agents did not send because they ended. Thread-safe. */
@FunctionalInterface
public interface Mailer {
    /**
     * Has one sent about a settled fire. Blocks on storage until it waits on this host.
     *
     * @param host where it ran, or who settled it if it did not run
     * @return whether it waits here now; if not, the log says why
     */
    boolean mail(String job, String description, Settlement settled, String host, List<String> to);
}
