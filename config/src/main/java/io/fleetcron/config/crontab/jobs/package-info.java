/**
 * Makes of crontabs a job file that fleetcron's loader accepts. It decides nothing about running jobs, and it guesses only
 * where it says so in a comment for the operator.
 */
@NullMarked
package io.fleetcron.config.crontab.jobs;

import org.jspecify.annotations.NullMarked;
