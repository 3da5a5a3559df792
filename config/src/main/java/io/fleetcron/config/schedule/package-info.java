/**
 * The meaning of a schedule: crontab lines, macros, Quartz' extras and fixed intervals, each behind one pure function
 * that answers "the next scheduled time after t". It reads no clock and no file.
 */
@NullMarked
package io.fleetcron.config.schedule;

import org.jspecify.annotations.NullMarked;
