/** The composition root, and the only place that joins timing, lock, ledger and runs: one coordinator per job. */
@NullMarked
package io.fleetcron.agent;

import org.jspecify.annotations.NullMarked;
