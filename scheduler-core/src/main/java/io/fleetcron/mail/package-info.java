/** Mail after a settled fire: whether, to whom, with which text, and handed to the host's sendmail. */
@NullMarked
package io.fleetcron.mail;

import org.jspecify.annotations.NullMarked;
