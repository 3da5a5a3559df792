/*
 * Ends what is left of a run whose supervisor and guard have both disappeared. Nobody inherited its processes, so they
 * have to be searched for: those of the command's session, and those that carry the run's marker in the environment they
 * were started with. Both only if they are not older than the command.
 *
 * Reading another process' environment may wait for that process, so a child does it, which is given up after a while.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "proc.h"
#include "run.h"
#include "text.h"

enum {
    MOST_INPUT = 4096,
    MOST_ENVIRONMENT = 1 << 17,
    MOST_TIME = 10000,  /* ms for everything, and for one search */
    SEARCH_TIME = 500,  /* ms for one process' environment */
    PAUSE = 50,         /* ms between searches */
};

struct remains {
    char marker[512]; /* FLEETCRON_RUN=…, or empty */
    char cgroup[MOST_INPUT];
    pid_t command; /* 0: unknown */
    int64_t start; /* of the command, or of the guard, or when the run began: in clock ticks */
};

static struct remains remains;

/* The text behind `name` in one of the lines, the last one of that name. */
static void take_line(const char *text, const char *name, char *value, size_t size) {
    size_t length = strlen(name);
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0) {
            size_t rest = strcspn(line + length, "\n");
            rest = rest < size ? rest : size - 1;
            memcpy(value, line + length, rest);
            value[rest] = '\0';
        }
    }
}

static void read_input(char *marker, size_t size, int64_t *began) {
    char text[MOST_INPUT];
    char number[32] = "";
    ssize_t got = spec_is_sealed(SPEC_FD) ? pread(SPEC_FD, text, sizeof text - 1, 0) : -1;
    text[got > 0 ? got : 0] = '\0';
    take_line(text, "marker ", marker, size);
    take_line(text, "cgroup ", remains.cgroup, sizeof remains.cgroup);
    take_line(text, "began ", number, sizeof number);
    *began = strtoll(number, NULL, 10);
}

/* A run's guard may never have come to replace what the file says of an earlier run: numbers that are strangers' by now. */
static void read_pids(const char *directory, int64_t began) {
    char path[MOST_INPUT];
    char text[MOST_INPUT];
    char words[64] = "";
    struct text name = TEXT_IN(path);
    put(&name, directory);
    put(&name, "/pids");
    if (proc_read(path, text, sizeof text) <= 0) {
        return;
    }
    char *end = words;
    take_line(text, "guard ", words, sizeof words);
    strtol(words, &end, 10);
    remains.start = strtoll(end, NULL, 10);
    take_line(text, "command ", words, sizeof words);
    if (strncmp(text, "command ", 8) == 0 || strstr(text, "\ncommand ") != NULL) {
        remains.command = (pid_t)strtol(words, &end, 10);
        remains.start = strtoll(end, NULL, 10);
    }
    int64_t earliest = began * sysconf(_SC_CLK_TCK) / 1000;
    if (remains.start < earliest) {
        remains.start = earliest;
        remains.command = 0;
    }
}

static bool is_of_run(const struct proc_stat *stat, pid_t pid) {
    return stat->start >= remains.start && !proc_is_dead(stat) && pid != getpid()
        && pid != getppid() && pid != 1;
}

/* What one search for processes has come to. */
struct findings {
    bool any;        /* some were there, and were killed */
    bool incomplete; /* some may not have been seen */
    bool hung;       /* whoever reads the environment of some process waits for that */
};

/* Kills a process if it is still the one that was looked at. */
static void kill_process(pid_t pid, int64_t start) {
    struct proc_stat stat;
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd != -1 && proc_read_stat(pid, &stat) && stat.start == start) {
        syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    }
    close(pidfd);
}

/* The command's number may be a stranger's by now, and the session of that number with it. */
static bool is_reused(void) {
    struct proc_stat stat;
    return proc_read_stat(remains.command, &stat) && stat.start != remains.start;
}

static bool kill_of_session(pid_t pid, void *context) {
    struct findings *findings = context;
    struct proc_stat stat;
    if (!proc_read_stat(pid, &stat)) {
        findings->incomplete = findings->incomplete || proc_is_scarce(errno);
    } else if (is_of_run(&stat, pid) && stat.session == remains.command) {
        findings->any = true;
        kill_process(pid, stat.start);
    }
    return true;
}

/* False, with errno, also if that cannot be found out. */
static bool carries_marker(pid_t pid) {
    char path[64];
    static char *environment; /* of the searcher, not of a guard, which keeps all of its memory locked */
    struct text name = TEXT_IN(path);
    put(&name, "/proc/");
    put_number(&name, pid);
    put(&name, "/environ");
    environment = environment == NULL ? malloc(MOST_ENVIRONMENT) : environment;
    errno = ENOMEM;
    ssize_t length = environment == NULL ? -1 : proc_read(path, environment, MOST_ENVIRONMENT);
    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(environment + at) + 1) {
        if (strcmp(environment + at, remains.marker) == 0) {
            return true;
        }
    }
    return false;
}

struct sighting {
    pid_t pid; /* 0: all were seen */
    int64_t start;
    bool marked;
};

struct search {
    int report;
    pid_t behind; /* only processes with larger numbers: /proc lists them in this order */
    bool whole;
};

/* Says which process it is before it reads what may hang, and then whether it carries the marker. */
static bool report_marked(pid_t pid, void *context) {
    struct search *search = context;
    struct proc_stat stat;
    if (pid <= search->behind) {
        return true;
    }
    if (!proc_read_stat(pid, &stat)) {
        search->whole = !proc_is_scarce(errno);
        return search->whole;
    }
    if (!is_of_run(&stat, pid)) {
        return true;
    }
    struct sighting seen = {.pid = pid, .start = stat.start};
    (void)!write(search->report, &seen, sizeof seen);
    seen.marked = carries_marker(pid);
    if (seen.marked) {
        (void)!write(search->report, &seen, sizeof seen);
    }
    search->whole = seen.marked || !proc_is_scarce(errno);
    return search->whole;
}

_Noreturn static void report_all(struct search *search) {
    static const struct sighting all = {0};
    search->whole = true;
    if (proc_each(report_marked, search) && search->whole) {
        (void)!write(search->report, &all, sizeof all);
    }
    _exit(0);
}

/* By a child, which may hang. Returns the process that made it hang; 0 if none did. */
static pid_t kill_marked_behind(pid_t behind, struct findings *findings) {
    enum { SEARCHING, ALL, ABORTED } result;
    int report[2];
    struct sighting seen = {.pid = behind};
    if (pipe2(report, O_CLOEXEC) == -1) {
        findings->incomplete = true;
        return 0;
    }
    pid_t searcher = fork();
    if (searcher == 0) {
        struct search search = {.report = report[1], .behind = behind};
        close(report[0]);
        report_all(&search);
    }
    close(report[1]);
    struct pollfd word = {.fd = report[0], .events = POLLIN};
    result = searcher == -1 ? ABORTED : SEARCHING;
    while (result == SEARCHING && poll(&word, 1, SEARCH_TIME) > 0) {
        if (read(report[0], &seen, sizeof seen) != sizeof seen) {
            result = ABORTED;
        } else if (seen.pid == 0) {
            result = ALL;
        } else if (seen.marked) {
            findings->any = true;
            kill_process(seen.pid, seen.start);
        }
    }
    close(report[0]);
    if (searcher != -1) {
        kill(searcher, SIGKILL);
        waitpid(searcher, NULL, WNOHANG);
    }
    bool hung = result == SEARCHING && seen.pid != behind;
    findings->hung = findings->hung || hung;
    findings->incomplete = findings->incomplete || (result != ALL && !hung);
    return hung ? seen.pid : 0;
}

static void kill_marked(struct findings *findings) {
    int64_t deadline = boot_now() + MOST_TIME;
    pid_t hung = 0;
    if (remains.marker[0] == '\0') {
        return;
    }
    do {
        hung = kill_marked_behind(hung, findings);
    } while (hung != 0 && boot_now() < deadline);
    findings->incomplete = findings->incomplete || hung != 0;
}

static void kill_cgroup(void) {
    char path[MOST_INPUT + 16];
    struct text name = TEXT_IN(path);
    if (remains.cgroup[0] == '\0') {
        return;
    }
    put(&name, remains.cgroup);
    put(&name, "/cgroup.kill");
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file != -1) {
        (void)!write(file, "1", 1);
        close(file);
    }
}

int sweep(const char *directory) {
    char marker[256] = "";
    int64_t began;
    read_input(marker, sizeof marker, &began);
    close(SPEC_FD);
    return sweep_rest(directory, marker, began) ? 0 : 1;
}

bool sweep_rest(const char *directory, const char *marker, int64_t began) {
    int64_t deadline = boot_now() + MOST_TIME;
    struct findings findings;
    if (marker[0] != '\0') {
        struct text variable = TEXT_IN(remains.marker);
        put(&variable, "FLEETCRON_RUN=");
        put(&variable, marker);
    }
    read_pids(directory, began);
    kill_cgroup();
    do {
        findings = (struct findings){0};
        if (remains.command != 0 && !is_reused() && !proc_each(kill_of_session, &findings)) {
            findings.incomplete = true;
        }
        kill_marked(&findings);
        if (!findings.any && !findings.incomplete && !findings.hung) {
            return true;
        }
        poll(NULL, 0, PAUSE);
    } while (boot_now() < deadline);
    return !findings.any && !findings.incomplete; /* what hangs for so long is a stranger, as far as can be known */
}
