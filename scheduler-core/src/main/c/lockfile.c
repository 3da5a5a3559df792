#include "lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "text.h"

static bool is_lost(int error) {
    return error == EIO || error == ESTALE || error == EBADF;
}

/* O_DIRECT wants aligned memory on local file systems. */
static _Alignas(4096) char aligned[BLOCK];

static int write_block(int file, int64_t offset) {
    size_t done = 0;
    while (done < BLOCK) {
        ssize_t wrote = pwrite(file, aligned + done, BLOCK - done, offset + (off_t)done);
        if (wrote > 0) {
            done += (size_t)wrote;
        } else if (wrote == 0 || errno != EINTR) {
            return wrote == 0 ? ENOSPC : errno;
        }
    }
    return fdatasync(file) == -1 ? errno : 0;
}

/*
 * A direct read goes to the server under the same lock, so it proves what a refused write does not. A read from a cache
 * would prove nothing.
 */
static bool is_proven_by_read(int file, int64_t offset) {
    int flags = fcntl(file, F_GETFL);
    errno = 0;
    return flags != -1 && (flags & O_DIRECT) != 0 && pread(file, aligned, BLOCK, offset) >= 0;
}

static enum write_result write_to(int file, struct shared *shared, int64_t offset) {
    int error = write_block(file, offset);
    if (error == 0) {
        return WRITTEN;
    }
    shared->write_error = error;
    if (is_lost(error)) {
        return LOST;
    }
    if (is_proven_by_read(file, offset)) {
        return PROVEN;
    }
    return is_lost(errno) ? LOST : REFUSED;
}

pid_t lockfile_write(struct run *run, const char *data, int64_t offset) {
    memcpy(aligned, data, BLOCK);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, WRITER);
        run->shared->writer = getpid();
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); /* whoever takes over waits for this process to end */
        if (getppid() != parent) {
            _exit(REFUSED); /* it need not know of this one */
        }
        /* Whoever waits for the end of this run's descriptors does not wait for it. */
        bool beat = run->spec.slot && offset < run->spec.exit_offset;
        int slot = beat ? dup2(SLOT_FD, LOCK_FD + 1) : LOCK_FD;
        close_range((unsigned)slot + 1, ~0U, 0);
        enum write_result result = write_to(LOCK_FD, run->shared, offset);
        /* Each lock has to be proven for itself: the server may revoke one and keep the other. */
        if (beat && (result == WRITTEN || result == PROVEN)) {
            enum write_result other = write_to(slot, run->shared, 0);
            result = other == WRITTEN ? result : other;
        }
        _exit(result);
    }
    return child;
}

void lockfile_beat(const struct run *run, int attempt, unsigned nth, char data[BLOCK], int64_t *offset) {
    const struct spec *spec = &run->spec;
    char words[BLOCK + 1];
    struct text line = TEXT_IN(words);
    put(&line, "{\"token\":");
    put_number(&line, spec->token);
    put(&line, ",\"attempt\":");
    put_number(&line, attempt);
    put(&line, ",\"beat\":");
    put_number(&line, spec->started + boot_now() - spec->started_boot);
    put(&line, "}");
    pad(&line, BLOCK);
    memcpy(data, words, BLOCK);
    int64_t blocks = (spec->exit_offset - spec->beat_offset) / BLOCK;
    *offset = spec->beat_offset + (int64_t)nth % blocks * BLOCK;
}
