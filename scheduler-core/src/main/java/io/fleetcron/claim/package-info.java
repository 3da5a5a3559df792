/**
 * One job at one instance: what to do under its lock, from the ledger's first look to the record
 * of the run's end.
 */
@NullMarked
package io.fleetcron.claim;

import org.jspecify.annotations.NullMarked;
