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

/* How often the kernel killed for the memory limit of the run's cgroup; 0 without a limit. */
int64_t record_ooms(const struct run *run);

/* A line for the output that says so. */
void record_tell_of_memory(const struct run *run, char *words, size_t size);

#endif
