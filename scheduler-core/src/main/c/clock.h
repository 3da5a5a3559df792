/*
 * Times are milliseconds in int64_t. "Boot" is CLOCK_BOOTTIME, which nobody can set and no suspend stops; "wall" is
 * CLOCK_REALTIME. A hypervisor may stop the guest's boot clock while it pauses the guest; the wall clock is then
 * usually stepped at the resume, so the larger of the two differences counts.
 */
#ifndef FLEETCRON_CLOCK_H
#define FLEETCRON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define NEVER INT64_MAX

struct instant {
    int64_t boot;
    int64_t wall;
};

int64_t boot_now(void);
struct instant instant_now(void);

/* Saturating: a time limit of ten thousand years is a time limit. Both must not be negative. */
int64_t later(int64_t time, int64_t delay);

int64_t sooner(int64_t a, int64_t b);

/* A timer on the boot clock; -1 with errno. */
int timer_open(void);

/* Readable once the boot clock reaches the time; NEVER disarms. */
void timer_set(int timer, int64_t boot);

void timer_drain(int timer);

/* Readable whenever somebody steps the wall clock, timerfd_create(2), TFD_TIMER_CANCEL_ON_SET; -1 with errno. */
int step_watch_open(void);

/* Ready for the next step. */
void step_watch_rearm(int watch);

#endif
