/**
 * One job at one instance: when to try its lock, and what to do under it, from the ledger's first look to the record
 * of the run's end.
 */
@NullMarked
package io.fleetcron.claim;

import org.jspecify.annotations.NullMarked;
