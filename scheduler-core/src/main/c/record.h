/* How a run ended: the exit record, and what the kernel counted. */
#ifndef FLEETCRON_RECORD_H
#define FLEETCRON_RECORD_H

#include <stddef.h>

#include "run.h"

struct record {
    enum how how;
    int status; /* 128 + n by signal n */
    int attempts;
};

/* The record's BLOCK bytes: one line of JSON, padded. Counts what this process' reaped descendants used. */
void record_write(const struct run *run, const struct record *end, char block[BLOCK]);

/* How often the run's cgroup has kept it from something so far; 0 without limits. */
struct events {
    int64_t ooms; /* killed for the memory limit */
    int64_t refused_forks;
};

void record_note_events(const struct run *run, struct events *events);

/* Lines for the output that tell what is new since; empty if nothing is. Returns whether the kernel has killed. */
bool record_tell_events(const struct run *run, const struct events *before, char *words, size_t size);

#endif
