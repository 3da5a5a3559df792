#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"
#include "text.h"

enum {
    PIECE = 32768,
    LINE = 64,     /* of the file pids */
};

/* A regular file: whoever may write to the directory could have put something else there, which keeps its writers. */
static int open_file(const struct disk *disk, const char *name, int flags) {
    struct stat found;
    int file = openat(disk->directory, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags, 0600);
    if (file != -1 && (fstat(file, &found) == -1 || !S_ISREG(found.st_mode))) {
        close(file);
        errno = ENXIO;
        return -1;
    }
    return file;
}

/* Around everything that may block: S drops the output once it takes too long. */
static void enter(const struct disk *disk) {
    if (disk->shared != NULL) {
        int64_t now = boot_now();
        disk->shared->disk_since = now;
        timer_set(disk->timer, now + DISK_PATIENCE);
    }
}

static void leave(const struct disk *disk) {
    if (disk->shared != NULL) {
        disk->shared->disk_since = 0;
        timer_set(disk->timer, NEVER);
    }
}

/* Returns 0 or an errno. */
static int write_all(int file, const char *data, size_t length) {
    while (length > 0) {
        ssize_t wrote = write(file, data, length);
        if (wrote == -1) {
            return errno;
        }
        data += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

void disk_open(struct disk *disk, const struct run *run) {
    *disk = (struct disk){
        .directory = run->directory,
        .timer = run->disk_timer,
        .shared = run->shared,
        .output = -1,
        .log = -1,
        .cap = run->spec.output_cap,
    };
    enter(disk);
    disk->pids = open_file(disk, "pids", 0);
    leave(disk);
}

void disk_forget_processes(struct disk *disk) {
    char blank[ROLES * LINE];
    memset(blank, ' ', sizeof blank);
    for (int role = 0; role < ROLES; role++) {
        blank[(role + 1) * LINE - 1] = '\n';
    }
    (void)!pwrite(disk->pids, blank, sizeof blank, 0);
}

void disk_note_process(struct disk *disk, enum role role, pid_t pid) {
    static const char *const NAMES[] = {"guard ", "supervisor ", "command "};
    struct proc_stat stat;
    char words[LINE + 1];
    struct text line = TEXT_IN(words);
    put(&line, NAMES[role]);
    put_number(&line, pid);
    put(&line, " ");
    put_number(&line, proc_read_stat(pid, &stat) ? stat.start : 0);
    pad(&line, LINE);
    enter(disk);
    (void)!pwrite(disk->pids, words, LINE, role * LINE);
    leave(disk);
}

/* What is said once in the output instead of the bytes that are not kept. */
static void mark(struct disk *disk, const char *what, int64_t bytes, const char *rest) {
    char words[256];
    struct text line = TEXT_IN(words);
    put(&line, "\n[fleetcron: ");
    put(&line, what);
    if (bytes >= 0) {
        put_number(&line, bytes);
    }
    put(&line, rest);
    put(&line, "]\n");
    write_all(disk->output, line.data, line.length);
    disk->mode = DROPPING;
}

/* A guard before this one may have kept something already, up to the cap and its mark. */
static void open_output(struct disk *disk) {
    if (disk->output != -1) {
        return;
    }
    disk->output = open_file(disk, "output", O_APPEND);
    off_t size = disk->output == -1 ? 0 : lseek(disk->output, 0, SEEK_END);
    disk->written = size > 0 ? size : 0;
}

void disk_tell_lost(struct disk *disk) {
    int64_t lost = atomic_exchange(&disk->shared->dropped, 0);
    if (lost == 0 || disk->mode == DROPPING) {
        return;
    }
    char words[128];
    struct text line = TEXT_IN(words);
    put(&line, "\n[fleetcron: ");
    put_number(&line, lost);
    put(&line, " bytes of output lost here: the local disk did not answer]\n");
    enter(disk);
    open_output(disk);
    write_all(disk->output, line.data, line.length);
    leave(disk);
}

static void keep(struct disk *disk, const char *data, size_t length) {
    open_output(disk);
    if (disk->written > disk->cap) {
        disk->mode = DROPPING;
        return;
    }
    size_t room = (size_t)sooner(disk->cap - disk->written, (int64_t)length);
    int error = disk->output == -1 ? errno : write_all(disk->output, data, room);
    disk->written += (int64_t)room;
    if (error != 0) {
        mark(disk, "output lost from here on: ", -1, strerror(error));
    } else if (room < length) {
        mark(disk, "output cut here, at ", disk->cap, " bytes; the command went on");
    }
}

static char piece[PIECE];

ssize_t disk_skip_output(int pipe) {
    return read(pipe, piece, sizeof piece);
}

bool disk_take_output(struct disk *disk, int pipe, bool *more) {
    ssize_t got = read(pipe, piece, sizeof piece);
    *more = got > 0;
    if (got > 0 && disk->mode == KEEPING) {
        disk_tell_lost(disk);
        enter(disk);
        keep(disk, piece, (size_t)got);
        leave(disk);
    }
    return got > 0 || (got == -1 && errno == EAGAIN);
}

void disk_write_exit(struct disk *disk, const char record[BLOCK]) {
    enter(disk);
    int file = open_file(disk, "exit", 0);
    int error = file == -1 ? errno : write_all(file, record, BLOCK);
    if (file != -1) {
        close(file);
    }
    leave(disk);
    if (error != 0) {
        disk_complain(disk, "the end of this run could not be written to its directory");
    }
}

static void append_to_log(struct disk *disk, const char *words) {
    if (disk->log == -1) {
        disk->log = open_file(disk, "log", O_APPEND);
    }
    write_all(disk->log, words, strlen(words));
    write_all(disk->log, "\n", 1);
}

/* What is complained of may be that no descriptor is left: the log gets that of another file for as long as it takes. */
void disk_complain(struct disk *disk, const char *words) {
    enter(disk);
    append_to_log(disk, words);
    if (disk->log == -1 && disk->pids != -1) {
        close(disk->pids);
        append_to_log(disk, words);
        close(disk->log);
        disk->log = -1;
        disk->pids = open_file(disk, "pids", 0);
    }
    leave(disk);
}
