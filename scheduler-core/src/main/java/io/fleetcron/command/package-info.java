/** What a job's command gets on this host: its user and groups, its environment files, its control group. */
@NullMarked
package io.fleetcron.command;

import org.jspecify.annotations.NullMarked;
