#include "clock.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now); /* cannot fail with these clocks */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t boot_now(void) {
    return read_clock(CLOCK_BOOTTIME);
}

struct instant instant_now(void) {
    return (struct instant){.boot = read_clock(CLOCK_BOOTTIME), .wall = read_clock(CLOCK_REALTIME)};
}

int64_t later(int64_t time, int64_t delay) {
    return time > NEVER - delay ? NEVER : time + delay;
}

int64_t sooner(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int timer_open(void) {
    return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
}

void timer_set(int timer, int64_t boot) {
    struct itimerspec when = {0}; /* all zero disarms */
    if (boot != NEVER) {
        boot = boot < 1 ? 1 : boot;
        when.it_value.tv_sec = (time_t)(boot / 1000);
        when.it_value.tv_nsec = (long)(boot % 1000) * 1000000;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void timer_drain(int timer) {
    uint64_t expirations;
    (void)!read(timer, &expirations, sizeof expirations);
}

int step_watch_open(void) {
    int watch = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (watch != -1) {
        step_watch_rearm(watch);
    }
    return watch;
}

void step_watch_rearm(int watch) {
    uint64_t expirations;
    (void)!read(watch, &expirations, sizeof expirations); /* ECANCELED: what the watch is for */
    struct itimerspec far = {.it_value = {.tv_sec = (time_t)1 << 40}};
    timerfd_settime(watch, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}
