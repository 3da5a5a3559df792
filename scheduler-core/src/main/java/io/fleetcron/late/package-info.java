/**
 * Which jobs are late, although nothing of them has failed, and which of that has been told: pure functions of a ledger's record,
 * a definition and the time, for whoever tells people and whoever shows it to them.
 */
@NullMarked
package io.fleetcron.late;

import org.jspecify.annotations.NullMarked;
