/*
 * The command of every measured job, for both sides of a comparison: appends one line to a file and exits.
 *
 *   witness LOG [MILLISECONDS]     with a duration it sleeps after the "start" line and then appends an "end" line
 *
 * The clock is read before anything else. A line is one write to a descriptor in append mode, so lines of processes that
 * write at once do not mix. Linked statically where possible: the dynamic linker would cost more than the program.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : "-";
}

static int append(int log, const char *kind, struct timespec at) {
  char line[512];
  int length = snprintf(line, sizeof line, "%s %s %s %s %s %d %lld.%09ld\n", kind, variable("FLEETCRON_JOB"),
                        variable("FLEETCRON_FIRE"), variable("FLEETCRON_TOKEN"), variable("FLEETCRON_INSTANCE"),
                        (int)getpid(), (long long)at.tv_sec, at.tv_nsec);
  return length > 0 && length < (int)sizeof line && write(log, line, length) == length ? 0 : 1;
}

int main(int count, char **words) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (count < 2) return 2;
  int log = open(words[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) return 1;
  int failed = append(log, "start", at);
  if (count > 2) {
    long milliseconds = atol(words[2]);
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0) continue;
    clock_gettime(CLOCK_REALTIME, &at);
    failed |= append(log, "end", at);
  }
  return failed;
}
