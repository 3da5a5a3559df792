#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HEADER[] = "fleetcron run 1\n";

enum kind { NUMBER, FLAG, WORDS, BYTES, ARGV, ENV, GROUP, DELAY, STATUSES };

/* What a field may be and where it goes. */
struct known {
    const char *name;
    enum kind kind;
    size_t offset;
    bool required;
    int64_t least;
    int64_t most;
};

#define AT(member) offsetof(struct spec, member)
#define TIME 0, INT64_MAX

static const struct known FIELDS[] = {
    {"job", WORDS, AT(job), true, 0, 0},
    {"fire", WORDS, AT(fire), true, 0, 0},
    {"instance", WORDS, AT(instance), true, 0, 0},
    {"marker", WORDS, AT(marker), true, 0, 0},
    {"token", NUMBER, AT(token), true, TIME},
    {"started", NUMBER, AT(started), true, TIME},
    {"started_boot", NUMBER, AT(started_boot), true, TIME},
    {"claimed_boot", NUMBER, AT(claimed_boot), true, TIME},
    {"claimed_wall", NUMBER, AT(claimed_wall), true, TIME},
    {"lease", NUMBER, AT(lease), false, TIME},
    {"beat_offset", NUMBER, AT(beat_offset), true, 0, 1 << 30},
    {"exit_offset", NUMBER, AT(exit_offset), true, 0, 1 << 30},
    {"slot", FLAG, AT(slot), false, 0, 0},
    {"timeout", NUMBER, AT(timeout), false, TIME},
    {"kill_after", NUMBER, AT(kill_after), true, TIME},
    {"output_cap", NUMBER, AT(output_cap), true, 0, INT64_MAX},
    {"delay", DELAY, 0, false, TIME},
    {"success", STATUSES, AT(success), false, 0, 0},
    {"retry", STATUSES, AT(retry), false, 0, 0},
    {"timeout_is_final", FLAG, AT(timeout_is_final), false, 0, 0},
    {"arg", ARGV, 0, true, 0, 0},
    {"env", ENV, 0, false, 0, 0},
    {"directory", WORDS, AT(directory), true, 0, 0},
    {"user", WORDS, AT(user), false, 0, 0},
    {"uid", NUMBER, AT(uid), false, 0, UINT32_MAX - 1},
    {"gid", NUMBER, AT(gid), false, 0, UINT32_MAX - 1},
    {"group", GROUP, 0, false, 0, UINT32_MAX - 1},
    {"umask", NUMBER, AT(umask), true, 0, 0777},
    {"nice", NUMBER, AT(nice), true, -20, 19},
    {"ioprio", NUMBER, AT(ioprio), false, 0, UINT16_MAX},
    {"input", BYTES, 0, false, 0, 0},
    {"cgroup", WORDS, AT(cgroup), false, 0, 0},
    {"limited", FLAG, AT(limited), false, 0, 0},
    {"end", FLAG, AT(ended), true, 0, 0},
};

enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS, END = FIELD_COUNT - 1 };

struct cursor {
    char *at;
    char *end;
};

struct field {
    size_t index; /* in FIELDS */
    char *value;  /* ends with a NUL */
    size_t length;
};

static bool parse_number(const char *text, int64_t least, int64_t most, int64_t *number) {
    char *end;
    if (*text == '\0' || (*text != '-' && (*text < '0' || *text > '9'))) {
        return false;
    }
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most) {
        return false;
    }
    *number = value;
    return true;
}

/* Takes NAME and LENGTH off the front. */
static const char *next_field(struct cursor *cursor, struct field *field) {
    char *space = memchr(cursor->at, ' ', (size_t)(cursor->end - cursor->at));
    char *line = space == NULL ? NULL : memchr(space, '\n', (size_t)(cursor->end - space));
    int64_t length;
    if (line == NULL) {
        return "a field has no name and length";
    }
    if (memchr(cursor->at, '\0', (size_t)(line - cursor->at)) != NULL) {
        return "the name or length of a field holds a NUL byte";
    }
    *space = '\0';
    *line = '\0';
    if (!parse_number(space + 1, 0, cursor->end - line - 2, &length)) {
        return "the length of a field is not what follows it";
    }
    field->value = line + 1;
    field->length = (size_t)length;
    if (field->value[length] != '\n') {
        return "a field does not end where its length says";
    }
    field->value[length] = '\0';
    for (field->index = 0; field->index < FIELD_COUNT; field->index++) {
        if (strcmp(cursor->at, FIELDS[field->index].name) == 0) {
            cursor->at = field->value + length + 1;
            return NULL;
        }
    }
    return "a field is unknown";
}

/* How often each field occurs, and that all of it can be read. */
static const char *count_fields(struct cursor cursor, size_t counts[FIELD_COUNT]) {
    while (cursor.at < cursor.end) {
        struct field field;
        /* next_field cuts the text into strings; the second pass wants it whole. */
        char *name_end = memchr(cursor.at, ' ', (size_t)(cursor.end - cursor.at));
        const char *problem = next_field(&cursor, &field);
        if (problem != NULL) {
            return problem;
        }
        *name_end = ' ';
        field.value[-1] = '\n';
        field.value[field.length] = '\n';
        counts[field.index]++;
        if (field.index == END && cursor.at < cursor.end) {
            return "something follows the end";
        }
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        enum kind kind = FIELDS[i].kind;
        size_t most = kind == ARGV || kind == ENV ? SPEC_MOST_WORDS
            : kind == GROUP                       ? SPEC_MOST_GROUPS
            : kind == DELAY                       ? SPEC_MOST_DELAYS
                                                  : 1;
        if (counts[i] > most) {
            return "a field occurs too often";
        }
        if (counts[i] == 0 && FIELDS[i].required) {
            return "a field is missing";
        }
    }
    return NULL;
}

static const char *store(struct spec *spec, const struct field *field, size_t nth) {
    const struct known *known = &FIELDS[field->index];
    char *place = (char *)spec + known->offset;
    bool numeric = known->kind == NUMBER || known->kind == GROUP || known->kind == DELAY;
    int64_t number = 0;
    if (known->kind != BYTES && strlen(field->value) != field->length) {
        return "a field holds a NUL byte";
    }
    if (numeric && !parse_number(field->value, known->least, known->most, &number)) {
        return "a number is out of range";
    }
    if (known->kind == FLAG && field->length != 0) {
        return "a flag holds something";
    }
    if (known->kind == STATUSES && (field->length != SPEC_STATUSES || strspn(field->value, "01") != SPEC_STATUSES)) {
        return "a set of exit statuses is not a digit 0 or 1 for each";
    }
    switch (known->kind) {
    case NUMBER: memcpy(place, &number, sizeof number); break;
    case FLAG: *(bool *)(void *)place = true; break;
    case WORDS:
    case STATUSES: memcpy(place, &field->value, sizeof field->value); break;
    case BYTES:
        spec->input = field->value;
        spec->input_length = field->length;
        spec->has_input = true;
        break;
    case ARGV: spec->argv[nth] = field->value; break;
    case ENV: spec->env[nth] = field->value; break;
    case GROUP: spec->groups[nth] = (gid_t)number; break;
    case DELAY: spec->delays[nth] = number; break;
    }
    return NULL;
}

static size_t count_of(const size_t counts[FIELD_COUNT], const char *name) {
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(FIELDS[i].name, name) == 0) {
            return counts[i];
        }
    }
    return 0;
}

const char *spec_parse(struct spec *spec, char *text, size_t length) {
    size_t counts[FIELD_COUNT] = {0};
    size_t stored[FIELD_COUNT] = {0};
    size_t header = sizeof HEADER - 1;
    memset(spec, 0, sizeof *spec);
    spec->text = text;
    spec->text_length = length;
    if (length < header || memcmp(text, HEADER, header) != 0) {
        return "it is not of version 1";
    }
    struct cursor cursor = {.at = text + header, .end = text + length};
    const char *problem = count_fields(cursor, counts);
    if (problem != NULL) {
        return problem;
    }
    spec->env_count = count_of(counts, "env");
    spec->group_count = count_of(counts, "group");
    spec->delay_count = count_of(counts, "delay");
    spec->has_account = count_of(counts, "uid") == 1;
    if (spec->has_account != (count_of(counts, "gid") == 1)) {
        return "uid and gid belong together";
    }
    spec->argv = calloc(count_of(counts, "arg") + 1, sizeof *spec->argv);
    spec->env = calloc(spec->env_count + 1, sizeof *spec->env);
    spec->groups = calloc(spec->group_count + 1, sizeof *spec->groups);
    if (spec->argv == NULL || spec->env == NULL || spec->groups == NULL) {
        return "this host is out of memory";
    }
    while (problem == NULL && cursor.at < cursor.end) {
        struct field field;
        problem = next_field(&cursor, &field);
        if (problem == NULL) {
            problem = store(spec, &field, stored[field.index]++);
        }
    }
    if (problem == NULL && (spec->beat_offset % 512 != 0 || spec->exit_offset % 512 != 0
                            || spec->exit_offset <= spec->beat_offset)) {
        problem = "the blocks of the lock file are not multiples of 512 in this order";
    }
    return problem;
}

bool spec_is_sealed(int descriptor) {
    const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals != -1 && (seals & all) == all;
}

const char *spec_read(struct spec *spec, int descriptor) {
    struct stat found;
    if (!spec_is_sealed(descriptor)) {
        return "descriptor 5 is not a sealed memory file";
    }
    if (fstat(descriptor, &found) == -1 || found.st_size <= 0 || found.st_size > SPEC_MOST_BYTES) {
        return "descriptor 5 holds none, or one that is too large";
    }
    size_t length = (size_t)found.st_size;
    char *text = malloc(length + 1);
    if (text == NULL) {
        return "this host is out of memory";
    }
    size_t done = 0;
    while (done < length) {
        ssize_t got = pread(descriptor, text + done, length - done, (off_t)done);
        if (got <= 0) {
            free(text);
            return "it cannot be read";
        }
        done += (size_t)got;
    }
    text[length] = '\0';
    const char *problem = spec_parse(spec, text, length);
    if (problem != NULL) {
        spec_wipe(spec);
    }
    return problem;
}

void spec_wipe(struct spec *spec) {
    if (spec->text == NULL) {
        return;
    }
    explicit_bzero(spec->text, spec->text_length);
    free(spec->text);
    free(spec->argv);
    free(spec->env);
    free(spec->groups);
    spec->text = NULL;
    spec->argv = spec->env = NULL;
    spec->groups = NULL;
}
