#include "record.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "text.h"

static int64_t milliseconds(struct timeval time) {
    return (int64_t)time.tv_sec * 1000 + time.tv_usec / 1000;
}

static void put_member(struct text *line, const char *name, int64_t number) {
    put(line, ",\"");
    put(line, name);
    put(line, "\":");
    put_number(line, number);
}

static size_t read_of_cgroup(const struct run *run, const char *name, char *buffer, size_t size) {
    int file = run->cgroup == -1 ? -1 : openat(run->cgroup, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = file == -1 ? -1 : read(file, buffer, size - 1);
    if (file != -1) {
        close(file);
    }
    buffer[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

/* The number behind a line's first word. */
static int64_t number_of(const char *text, const char *word) {
    size_t length = strlen(word);
    while (text != NULL) {
        if (strncmp(text, word, length) == 0) {
            return strtoll(text + length, NULL, 10);
        }
        text = strchr(text, '\n');
        text = text == NULL ? NULL : text + 1;
    }
    return 0;
}

struct usage {
    int64_t user; /* ms */
    int64_t system;
    int64_t memory; /* bytes at the peak */
};

/* The cgroup counts more than wait(2) does: children that were never waited for, and the run's memory as a whole. */
static struct usage usage_of(const struct run *run) {
    char counters[1024];
    struct rusage reaped;
    getrusage(RUSAGE_CHILDREN, &reaped); /* cannot fail so */
    struct usage usage = {milliseconds(reaped.ru_utime), milliseconds(reaped.ru_stime), (int64_t)reaped.ru_maxrss * 1024};
    if (read_of_cgroup(run, "cpu.stat", counters, sizeof counters) > 0) {
        usage.user = number_of(counters, "user_usec ") / 1000;
        usage.system = number_of(counters, "system_usec ") / 1000;
    }
    if (read_of_cgroup(run, "memory.peak", counters, sizeof counters) > 0) { /* Linux 5.19, with a limit of memory */
        usage.memory = number_of(counters, "");
    }
    return usage;
}

void record_write(const struct run *run, const struct record *end, char block[BLOCK]) {
    static const char *const HOW[] = {"succeeded", "failed", "timed_out", "killed", "fenced"};
    const struct spec *spec = &run->spec;
    char words[BLOCK + 1];
    struct text line = TEXT_IN(words);
    struct usage used = usage_of(run);
    put(&line, "{\"token\":");
    put_number(&line, spec->token);
    put(&line, ",\"job\":\"");
    put(&line, spec->job);
    put(&line, "\",\"fire\":\"");
    put(&line, spec->fire);
    put(&line, "\"");
    put_member(&line, "started", spec->started);
    put(&line, ",\"how\":\"");
    put(&line, HOW[end->how]);
    put(&line, "\"");
    put_member(&line, "exit", end->status);
    put_member(&line, "attempts", end->attempts);
    put_member(&line, "ended", spec->started + boot_now() - spec->started_boot);
    put_member(&line, "user_ms", used.user);
    put_member(&line, "system_ms", used.system);
    put_member(&line, "memory_peak", used.memory);
    put_member(&line, "ok", 1);
    put(&line, "}");
    pad(&line, BLOCK);
    memcpy(block, words, BLOCK);
}

static int64_t event(const struct run *run, const char *file, const char *word) {
    char events[512];
    return run->spec.limited && read_of_cgroup(run, file, events, sizeof events) > 0 ? number_of(events, word) : 0;
}

/* A limit was reached, and somebody was killed, which alone may mean that the host had no memory left. */
static int64_t ooms(const struct run *run) {
    return event(run, "memory.events", "oom ") == 0 ? 0 : event(run, "memory.events", "oom_kill ");
}

void record_note_events(const struct run *run, struct events *events) {
    *events = (struct events){.ooms = ooms(run), .refused_forks = event(run, "pids.events", "max ")};
}

static void put_limit(struct text *line, const struct run *run, const char *file) {
    char limit[64];
    read_of_cgroup(run, file, limit, sizeof limit);
    limit[strcspn(limit, "\n")] = '\0';
    put(line, limit);
}

bool record_tell_events(const struct run *run, const struct events *before, char *words, size_t size) {
    struct events now;
    struct text line = {.data = words, .capacity = size};
    record_note_events(run, &now);
    words[0] = '\0';
    if (now.refused_forks != before->refused_forks) {
        put(&line, "[fleetcron: the run reached its limit of ");
        put_limit(&line, run, "pids.max");
        put(&line, " tasks, and could start no more processes or threads]\n");
    }
    if (now.ooms != before->ooms) {
        put(&line, "[fleetcron: the run reached its memory limit of ");
        put_limit(&line, run, "memory.max");
        put(&line, " bytes, and the kernel ended it]\n");
    }
    return now.ooms != before->ooms;
}
