/**
 * The record inside a job's lock file, its two slots, and the protocol's decisions as a pure function of record, the
 * run's end, definition and time. It opens no lock, starts no process, reads no clock and touches no file.
 */
@NullMarked
package io.fleetcron.ledger;

import org.jspecify.annotations.NullMarked;
