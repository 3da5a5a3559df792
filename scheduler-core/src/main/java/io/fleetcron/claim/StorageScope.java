package io.fleetcron.claim;

import io.fleetcron.group.GroupSlots;
import io.fleetcron.history.HistoryWriter;
import io.fleetcron.ledger.file.LedgerMemory;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.storage.ServerLease;
import io.fleetcron.storage.StorageHealth;

/**
 * Where a job's lock lives: on the shared directory for jobs of the fleet, in this host's own for jobs that run on
 * every host. A hung share holds up only its own lane.
 *
 * @param locks the lock files
 * @param ranked whether instances take turns
 * @param lease how long the server keeps a silent client's locks
 * @param memory what this instance has seen of the ledgers there
 * @param health whether that directory answers
 * @param capacity how many locks of looks and runs there may be at once
 * @param groups the slots of jobs that must not run together, which are in the shared directory alone
 * @param history where its settlements go, and what proves that one may leave its ledger
 */
public record StorageScope(
        LockDirectory locks,
        boolean ranked,
        ServerLease lease,
        LedgerMemory memory,
        StorageHealth health,
        RunSlots capacity,
        GroupSlots groups,
        HistoryWriter history) {}
