/*
 * A process that waits without end for a page of a file whose file system never answers. Whoever reads /proc/PID/environ of
 * it waits as well, until this program ends.
 *
 *   hang FOLDER       mounts the file system there, starts the process, prints its number; lasts until it is killed, eight
 *                     seconds at the most
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILE_NODE = 2, SIZE = 1 << 20 };

static int device;
static int wanted[2]; /* a pipe: something is in it once the page is asked for */

static void answer(const struct fuse_in_header *in, int error, const void *body, size_t size) {
    struct fuse_out_header out = {.len = (uint32_t)(sizeof out + size), .error = error, .unique = in->unique};
    struct iovec parts[] = {{&out, sizeof out}, {(void *)(uintptr_t)body, size}};
    (void)!writev(device, parts, 2);
}

static struct fuse_attr attributes(uint64_t node) {
    return (struct fuse_attr){.ino = node, .size = SIZE, .nlink = 1, .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644};
}

static void serve(void) {
    static char request[1 << 17];
    int opened = 0;
    while (read(device, request, sizeof request) > 0 || errno == EINTR) {
        const struct fuse_in_header *in = (const struct fuse_in_header *)(const void *)request;
        switch (in->opcode) {
        case FUSE_INIT: {
            struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
            answer(in, 0, &out, sizeof out);
            break;
        }
        case FUSE_LOOKUP: {
            struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr_valid = 1000, .entry_valid = 1000, .attr = attributes(FILE_NODE)};
            answer(in, 0, &out, sizeof out);
            break;
        }
        case FUSE_GETATTR: {
            struct fuse_attr_out out = {.attr_valid = 1000, .attr = attributes(in->nodeid)};
            answer(in, 0, &out, sizeof out);
            break;
        }
        case FUSE_OPEN: {
            struct fuse_open_out out = {.open_flags = opened++ == 0 ? 0 : FOPEN_DIRECT_IO | FOPEN_KEEP_CACHE};
            answer(in, 0, &out, sizeof out);
            break;
        }
        case FUSE_READ: /* no answer, ever */
            (void)!write(wanted[1], "", 1);
            break;
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
        case FUSE_INTERRUPT: break;
        default: answer(in, -ENOSYS, NULL, 0);
        }
    }
}

/* Waits for a page, which is locked until it is there. */
static void want_page(const char *path) {
    int file = open(path, O_RDONLY);
    volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    if (file == -1 || page == MAP_FAILED) {
        perror("hang");
        _exit(1);
    }
    _exit(page[0]);
}

/* Has its memory locked while it waits for the page: a file that is opened past the cache empties that at mmap(2). */
static void hang(const char *path) {
    char page_is_wanted;
    (void)!read(wanted[0], &page_is_wanted, 1);
    int file = open(path, O_RDONLY);
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
    _exit(0);
}

static pid_t start(void (*act)(const char *path), const char *path) {
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        close(device);
        act(path);
    }
    return child;
}

int main(int argc, char **argv) {
    char options[128];
    char path[4096];
    if (argc != 2 || pipe(wanted) == -1 || (device = open("/dev/fuse", O_RDWR | O_CLOEXEC)) == -1) {
        perror("/dev/fuse");
        return 2;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    snprintf(path, sizeof path, "%s/file", argv[1]);
    if (mount("hang", argv[1], "fuse.hang", MS_NOSUID | MS_NODEV, options) == -1) {
        perror("mount");
        return 2;
    }
    start(want_page, path);
    printf("%d\n", (int)start(hang, path));
    fflush(stdout);
    alarm(8); /* whoever lists the processes of this host waits as well: not for long */
    serve();
    return 0;
}
