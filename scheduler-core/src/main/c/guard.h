/*
 * G, the guard: what its parts share. One process, one thread.
 *
 *   guard.c      while S lives
 *   takeover.c   once S has disappeared
 */
#ifndef FLEETCRON_GUARD_H
#define FLEETCRON_GUARD_H

#include "disk.h"
#include "run.h"

struct guard {
    struct run *run;
    struct disk disk;
    pid_t supervisor;
    bool parent; /* of S, whose orphans come here then */
    int pidfd;   /* S */
    int signals;
    int timer;
    int64_t lock_memory_at;
    int64_t overdue; /* since when S should have acted; NEVER: it need not */
    bool fenced;     /* S was ended here, because it did not act */
    char marker[256];
    bool output_ended;
};

extern struct guard guard;

/* takeover.c: does what S has left undone. Returns once nothing of the run lives that must not, nor writes. */
void take_over(void);

#endif
