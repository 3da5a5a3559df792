/*
 * The parser of specifications, alone, for tests that build it with sanitizers.
 *
 *   spec_check parse              parses standard input; prints "ok" or what is wrong
 *   spec_check fuzz SEED COUNT    parses standard input changed at random COUNT times, each time from a buffer of its own
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"

enum { MOST = 1 << 20 };

static char valid[MOST];
static size_t valid_length;
static char changed[2 * MOST];
static size_t length;
static uint64_t state;

/* splitmix64 */
static uint64_t random64(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static size_t below(size_t n) {
    return n == 0 ? 0 : (size_t)(random64() % n);
}

/* A buffer that is exactly as long as promised: one byte more than the text, so that a sanitizer sees any other access. */
static const char *parse(const char *text, size_t size, struct spec *spec) {
    char *copy = malloc(size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return spec_parse(spec, copy, size);
}

static void replace(size_t at, size_t old, const char *with, size_t size) {
    if (length - old + size > sizeof changed) {
        return;
    }
    memmove(changed + at + size, changed + at + old, length - at - old);
    memcpy(changed + at, with, size);
    length += size - old;
}

static size_t next_of(size_t at, char wanted) {
    while (at < length && changed[at] != wanted) {
        at++;
    }
    return at;
}

static void change(void) {
    static const char *const NUMBERS[] = {"0", "-1", "1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
                                          "99999999999999999999999", "4294967295", "16777216", "", "0x10", " 7", "1e3"};
    static const char INTERESTING[] = "\0\n \t-+09azAZ\x7f\x80\xff";
    size_t at = below(length + 1);
    size_t span = below(length - at < 40 ? length - at + 1 : 40);
    size_t line = at >= length ? 0 : next_of(at, '\n') + 1;
    line = line > length ? length : line;
    size_t end = line >= length ? length : next_of(line, '\n');
    char piece[2 * 40];
    switch (below(9)) {
    case 0: length = at; break;                                        /* truncated */
    case 1: replace(at, span, "", 0); break;                           /* left out */
    case 2: replace(at, at < length, &INTERESTING[below(sizeof INTERESTING)], 1); break;
    case 3: replace(at, 0, &INTERESTING[below(sizeof INTERESTING)], 1); break;
    case 4:                                                            /* repeated */
        memcpy(piece, changed + at, span);
        replace(at, 0, piece, span);
        break;
    case 5:                                                            /* a line, which may be a whole field, repeated */
        if (end - line < sizeof piece) {
            memcpy(piece, changed + line, end - line);
            replace(below(length + 1), 0, piece, end - line);
        }
        break;
    case 6: {                                                          /* another length, or another number */
        const char *number = NUMBERS[below(sizeof NUMBERS / sizeof *NUMBERS)];
        size_t from = next_of(at, ' ');
        size_t to = next_of(from, '\n');
        if (from < length) {
            replace(from + 1, to - from - 1, number, strlen(number));
        }
        break;
    }
    case 7: replace(line, end - line, "x 1\ny\n", 6); break;           /* unknown */
    default: {                                                         /* one bit */
        if (at < length) {
            changed[at] = (char)(changed[at] ^ (1 << below(8)));
        }
        break;
    }
    }
}

/* Touches whatever an accepted specification points to. */
static size_t use(const struct spec *spec) {
    size_t sum = strlen(spec->job) + strlen(spec->fire) + strlen(spec->instance) + strlen(spec->marker)
        + strlen(spec->directory) + spec->input_length + spec->delay_count + spec->group_count;
    for (char **word = spec->argv; *word != NULL; word++) {
        sum += strlen(*word);
    }
    for (char **word = spec->env; *word != NULL; word++) {
        sum += strlen(*word);
    }
    for (size_t i = 0; i < spec->input_length; i++) {
        sum += (size_t)spec->input[i];
    }
    return sum;
}

static int fuzz(uint64_t seed, long count) {
    long accepted = 0;
    size_t sum = 0;
    state = seed;
    for (long i = 0; i < count; i++) {
        struct spec spec;
        memcpy(changed, valid, valid_length);
        length = valid_length;
        for (size_t changes = 1 + below(4); changes > 0; changes--) {
            change();
        }
        const char *problem = parse(changed, length, &spec);
        if (problem == NULL) {
            accepted++;
            sum += use(&spec);
        }
        spec_wipe(&spec);
        spec_wipe(&spec); /* does nothing more */
    }
    printf("accepted %ld of %ld (%zu)\n", accepted, count, sum);
    return 0;
}

int main(int argc, char **argv) {
    struct spec spec;
    valid_length = fread(valid, 1, sizeof valid, stdin);
    if (argc == 4 && strcmp(argv[1], "fuzz") == 0) {
        return fuzz(strtoull(argv[2], NULL, 10), atol(argv[3]));
    }
    const char *problem = parse(valid, valid_length, &spec);
    printf("%s\n", problem == NULL ? "ok" : problem);
    spec_wipe(&spec);
    return argc == 2 && strcmp(argv[1], "parse") == 0 ? 0 : 2;
}
