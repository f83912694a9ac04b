/* A disk between a program and its files, by LD_PRELOAD. Two faults can be played with it:
 *
 * - every change to a file under FAULTS_FOLDER is written down in FAULTS_TRACE, in order, with its syncs, so that it
 *   can be told afterwards what a power cut would have left;
 * - while the file FAULTS_READ_ONLY exists, every change to a path that ends as one of its lines fails with EROFS, as
 *   on a disk that the system has set to read-only after an error.
 *
 * A record: kind (1 byte), length of the path (2), offset (8), length of the data (8), all little-endian, path, data.
 * Kinds: w write, s sync, t truncate to the offset, u unlink. Metadata counts as kept once it is done, as on a file
 * system with a journal; data counts as kept only once it is synced. Linux on a little-endian machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static char folder[PATH_MAX], read_only[PATH_MAX];

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t plain_write(int fd, const void *data, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, data, length);
}

__attribute__((constructor)) static void begin(void) {
    const char *place = getenv("FAULTS_FOLDER"), *into = getenv("FAULTS_TRACE"), *stop = getenv("FAULTS_READ_ONLY");
    if (place && !realpath(place, folder)) folder[0] = 0;
    if (stop) strncpy(read_only, stop, sizeof read_only - 1);
    if (into) trace = open(into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether a descriptor is a file of ours; its path then stands in `path`. */
static int ours(int fd, char *path) {
    char link[48] = "/proc/self/fd/", digits[16];
    int count = 0, saved = errno;
    if (!folder[0] || fd < 0 || fd == trace) return 0;
    do digits[count++] = (char)('0' + fd % 10); while (fd /= 10);
    for (int at = 0; at < count; at++) link[14 + at] = digits[count - 1 - at];
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = saved;
    if (length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

/* Whether the disk has become read-only for this path. */
static int refused(const char *path) {
    char part[256];
    int saved = errno, fd = read_only[0] ? open(read_only, O_RDONLY | O_CLOEXEC) : -1;
    errno = saved;
    if (fd < 0) return 0;
    ssize_t length = read(fd, part, sizeof part - 1);
    close(fd);
    if (length < 0) return 0;
    part[length] = 0;
    for (char *rest = part, *line; (line = strsep(&rest, "\n"));) {
        size_t ending = strlen(line), whole = strlen(path);
        if (ending && ending <= whole && strcmp(path + whole - ending, line) == 0) {
            errno = EROFS;
            return 1;
        }
    }
    return 0;
}

static void note(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    unsigned char head[19];
    uint16_t name = (uint16_t)strlen(path);
    int saved = errno;
    if (trace < 0) return;
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &name, 2);
    memcpy(head + 3, &offset, 8);
    memcpy(head + 11, &length, 8);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)path, name}, {(void *)data, length}};
    /* A trace that is torn would be a wrong trial: the reader refuses one. */
    if (writev(trace, parts, length ? 3 : 2) < 0) abort();
    errno = saved;
}

static ssize_t change(int fd, const void *data, size_t length, off_t offset, int placed) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    char path[PATH_MAX];
    if (!ours(fd, path)) return placed ? real(fd, data, length, offset) : plain_write(fd, data, length);
    if (refused(path)) return -1;
    pthread_mutex_lock(&turn);
    if (!placed) offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = placed ? real(fd, data, length, offset) : plain_write(fd, data, length);
    if (done > 0) note('w', path, (uint64_t)offset, data, (uint64_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return change(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return change(fd, data, length, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return change(fd, data, length, offset, 1); }

static int shorten(int fd, off_t length) {
    REAL(int, "ftruncate64", int, off_t);
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd, length);
    if (refused(path)) return -1;
    pthread_mutex_lock(&turn);
    int done = real(fd, length);
    if (done == 0) note('t', path, (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate(int fd, off_t length) { return shorten(fd, length); }
int ftruncate64(int fd, off64_t length) { return shorten(fd, length); }

/* What is written while a sync runs may or may not be part of it: nothing is written meanwhile. */
static int keep(int fd, int (*real)(int)) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd);
    if (refused(path)) return -1;
    pthread_mutex_lock(&turn);
    int done = real(fd);
    if (done == 0) note('s', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    return keep(fd, real);
}

int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return keep(fd, real);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int mine = folder[0] && strncmp(path, folder, strlen(folder)) == 0;
    if (mine && refused(path)) return -1;
    pthread_mutex_lock(&turn);
    int done = real(path);
    if (done == 0 && mine) note('u', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}
