/** The record inside a job's lock file, its two slots, the history, and the protocol's decisions as a pure function of record, exit record, time and policy. It opens no lock, starts no process and reads no clock. */
@NullMarked
package io.fleetcron.ledger;

import org.jspecify.annotations.NullMarked;
