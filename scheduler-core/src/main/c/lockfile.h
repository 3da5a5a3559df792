/*
 * Writes to the lock file, through the descriptor that owns the lock, by a child process that may hang without end: a
 * heartbeat, or the exit record. One at a time.
 */
#ifndef FLEETCRON_LOCKFILE_H
#define FLEETCRON_LOCKFILE_H

#include "run.h"

enum write_result {
    WRITTEN,
    PROVEN,  /* refused, but a read through the same descriptor shows that the lock is not lost */
    LOST,    /* EIO, ESTALE, EBADF: the server has given the lock away, or the file is gone */
    REFUSED, /* any other error; shared->write_error says which */
};

#define WRITER "fleetcron-write" /* the child's name */

/*
 * Starts to write `data`, BLOCK bytes, at an offset. Returns the child, which exits with a write_result; -1 with errno. It
 * does not outlive the process that started it, unless the kernel cannot end it at once.
 */
pid_t lockfile_write(struct run *run, const char *data, int64_t offset);

/* The next heartbeat's text and place. */
void lockfile_beat(const struct run *run, int attempt, unsigned nth, char data[BLOCK], int64_t *offset);

#endif
