/**
 * When a job does not run although its schedule says so: dates, patterns of wall-clock times, and files of dates or
 * iCalendar. Everything in it is a pure function of what was read; it knows nothing of jobs.
 */
@NullMarked
package io.fleetcron.config.calendar;

import org.jspecify.annotations.NullMarked;
