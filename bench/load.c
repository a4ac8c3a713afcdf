/* The load of the bench: many WebSocket clients in one thread, so that measuring costs little beside what is measured.
 *
 *   load PORT PLAN --seconds S [--warm S] [--window W | --rate R] [--reconnect R] [--storm S] [--drain S]
 *
 * PLAN has one line a connection, fields by tabs: role (s sends, r receives), path, extra request headers ("|" between
 * lines), the hello frame (a "%" stands for the number to go on from), a prefix for the ids of its lines.
 * Closed loop: W lines of each sender are always on their way. Open loop: R lines a second over random senders, spaced
 * as chance would (Poisson); a line's age counts from the moment it was due, not from when we came to send it.
 * --reconnect: so many connections a second are cut and come back with "from". --storm: all are cut at the beginning of
 * the measured time and come back evenly within S seconds.
 * A line carries its birth as @@ns@@ in its text; whoever receives it tells its age. Prints one JSON object.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OUT, SHAKING, OPEN };

typedef struct {
    int fd, state, sends, index;
    char *path, *headers, *hello, *prefix;
    char *in;
    size_t in_len, in_cap;
    char *out;
    size_t out_len, out_cap;
    int64_t last; /* number of the last event, -1 before any */
    uint64_t seq;
    int waiting; /* lines without an acknowledgement */
    double back_at, pinged_at;
} Conn;

typedef struct {
    double *at;
    size_t count, cap;
} Ages;

static Conn *conns;
static int count, senders_count, poll_fd, port;
static Conn **senders;
static Ages ages;
static uint64_t sent, acked, received, gaps, resyncs, errors, closed, doubled, back;
static int64_t floor_n = -1;
static char first_error[300];
static double measured_from, measured_to;
static uint64_t measured;
static const char WORDS[] = "亲这件衣服还有货吗什么时候可以发货呀我想要米色的中码谢谢";

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void keep(Ages *ages, double ms) {
    if (ages->count == ages->cap) {
        ages->cap = ages->cap ? ages->cap * 2 : 1 << 16;
        ages->at = realloc(ages->at, ages->cap * sizeof(double));
    }
    ages->at[ages->count++] = ms;
}

static void listen_for(Conn *c, int writing) {
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static void cut(Conn *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    c->state = OUT;
    c->in_len = c->out_len = 0;
}

static void flush_out(Conn *c) {
    while (c->out_len) {
        ssize_t n = write(c->fd, c->out, c->out_len);
        if (n < 0) {
            if (errno == EAGAIN) listen_for(c, 1);
            return;
        }
        memmove(c->out, c->out + n, c->out_len - n);
        c->out_len -= n;
    }
}

static void put(Conn *c, const void *bytes, size_t n) {
    if (c->out_len + n > c->out_cap) {
        c->out_cap = (c->out_len + n) * 2;
        c->out = realloc(c->out, c->out_cap);
    }
    memcpy(c->out + c->out_len, bytes, n);
    c->out_len += n;
}

static void put_frame(Conn *c, const char *text, size_t n) {
    static const unsigned char mask[4] = {7, 83, 21, 190};
    unsigned char head[8] = {0x81};
    size_t h = 2;
    if (n < 126) {
        head[1] = 0x80 | n;
    } else {
        head[1] = 0x80 | 126;
        head[2] = n >> 8;
        head[3] = n & 255;
        h = 4;
    }
    put(c, head, h);
    put(c, mask, 4);
    size_t start = c->out_len;
    put(c, text, n);
    for (size_t i = 0; i < n; i++) c->out[start + i] ^= mask[i & 3];
    flush_out(c);
}

static void dial(Conn *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to)) {
        perror("connect");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
    char request[2048];
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
                     c->path, port, c->headers);
    put(c, request, n);
    c->state = SHAKING;
    c->pinged_at = now();
    flush_out(c);
}

static void greet(Conn *c) {
    char text[2048];
    const char *hole = strchr(c->hello, '%');
    int64_t from = c->last >= 0 ? c->last : floor_n;
    int n;
    if (!hole) n = snprintf(text, sizeof text, "%s", c->hello);
    else n = snprintf(text, sizeof text, "%.*s%lld%s", (int)(hole - c->hello), c->hello, (long long)from, hole + 1);
    c->state = OPEN;
    put_frame(c, text, n);
}

static void say(Conn *c, double due) {
    char text[512];
    c->seq++;
    int n = snprintf(text, sizeof text, "{\"t\":\"send\",\"id\":\"%s%llu\",\"seq\":%llu,\"text\":\"%.60s@@%llu@@\"}", c->prefix,
                     (unsigned long long)c->seq, (unsigned long long)c->seq, WORDS, (unsigned long long)(due * 1e9));
    sent++;
    c->waiting++;
    put_frame(c, text, n);
}

static void complain(const char *text, size_t n) {
    errors++;
    if (!first_error[0]) snprintf(first_error, sizeof first_error, "%.*s", (int)(n < 280 ? n : 280), text);
}

static int64_t number_after(const char *text, size_t n, const char *name) {
    char *at = memmem(text, n, name, strlen(name));
    return at ? strtoll(at + strlen(name), NULL, 10) : -1;
}

/* What a frame means for us. Returns 1 when a line of ours was acknowledged. */
static int hear(Conn *c, char *text, size_t n) {
    int ack = 0;
    if (n > 12 && !memcmp(text, "{\"t\":\"event\"", 12)) {
        size_t head = n < 120 ? n : 120;
        int64_t number = number_after(text, head, "\"n\":"), prev = number_after(text, head, "\"prev\":");
        if (number >= 0 && c->last >= 0 && number <= c->last) doubled++;
        if (c->last >= 0 && prev >= 0 && prev != c->last) gaps++;
        if (number >= 0) c->last = number;
        ack = memmem(text, head, "\"ack\":\"", 7) != NULL;
        char *birth = c->sends ? NULL : memmem(text, n, "@@", 2);
        if (birth) {
            double t = now(), age = (t - strtoull(birth + 2, NULL, 10) * 1e-9) * 1e3;
            received++;
            if (t >= measured_from && t < measured_to) measured++, keep(&ages, age);
        }
    } else if (n > 10 && !memcmp(text, "{\"t\":\"ack\"", 10)) ack = 1;
    else if (n > 12 && !memcmp(text, "{\"t\":\"error\"", 12)) complain(text, n);
    else if (n > 13 && !memcmp(text, "{\"t\":\"resync\"", 13)) {
        char from[64];
        resyncs++;
        put_frame(c, from, snprintf(from, sizeof from, "{\"t\":\"from\",\"n\":%lld}", (long long)floor_n));
        c->last = -1;
    } else if (n > 14 && !memcmp(text, "{\"t\":\"welcome\"", 14)) {
        int64_t number = number_after(text, n, "\"n\":");
        if (floor_n < 0) floor_n = number;
        if (c->last < 0) c->last = floor_n >= 0 && strchr(c->hello, '%') ? floor_n : number;
    }
    if (ack) acked++, c->waiting--;
    return ack;
}

/* Reads what came; returns how many of our lines were acknowledged, -1 when the connection is gone. */
static int read_in(Conn *c) {
    int acks_here = 0;
    if (c->in_cap - c->in_len < 16384) {
        c->in_cap = c->in_cap ? c->in_cap * 2 : 32768;
        c->in = realloc(c->in, c->in_cap);
    }
    ssize_t got = read(c->fd, c->in + c->in_len, c->in_cap - c->in_len);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got <= 0) return -1;
    c->in_len += got;
    size_t off = 0;
    if (c->state == SHAKING) {
        char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
        if (!end) return 0;
        if (memcmp(c->in + 9, "101", 3)) {
            complain(c->in, c->in_len);
            return -1;
        }
        off = end + 4 - c->in;
        greet(c);
    }
    while (c->in_len - off >= 2) {
        unsigned char *b = (unsigned char *)c->in + off;
        size_t len = b[1] & 127, head = 2;
        if (len == 126) {
            if (c->in_len - off < 4) break;
            len = b[2] << 8 | b[3];
            head = 4;
        } else if (len == 127) {
            if (c->in_len - off < 10) break;
            len = 0;
            for (int i = 2; i < 10; i++) len = len << 8 | b[i];
            head = 10;
        }
        if (c->in_len - off < head + len) break;
        if ((b[0] & 15) == 1) acks_here += hear(c, (char *)b + head, len);
        else if ((b[0] & 15) == 8) return -1;
        off += head + len;
    }
    memmove(c->in, c->in + off, c->in_len - off);
    c->in_len -= off;
    return acks_here;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double at_share(Ages *ages, double share) {
    if (!ages->count) return 0;
    size_t i = ages->count * share;
    return ages->at[i < ages->count ? i : ages->count - 1];
}

static void read_plan(const char *file) {
    FILE *plan = fopen(file, "r");
    char *line = NULL;
    size_t cap = 0, room = 0;
    if (!plan) {
        perror(file);
        exit(1);
    }
    while (getline(&line, &cap, plan) > 0) {
        char *rest = line, *field[5] = {0};
        line[strcspn(line, "\n")] = 0;
        for (int i = 0; i < 5; i++) field[i] = strsep(&rest, "\t");
        if ((size_t)count == room) {
            room = room ? room * 2 : 1024;
            conns = realloc(conns, room * sizeof(Conn));
        }
        Conn *c = conns + count;
        memset(c, 0, sizeof *c);
        c->fd = -1;
        c->last = -1;
        c->index = count++;
        c->sends = field[0][0] == 's';
        c->path = strdup(field[1]);
        c->headers = malloc(strlen(field[2]) * 2 + 3);
        char *to = c->headers;
        for (char *from = field[2]; *from; from++) {
            if (*from == '|') *to++ = '\r', *to++ = '\n';
            else *to++ = *from;
        }
        if (field[2][0]) *to++ = '\r', *to++ = '\n';
        *to = 0;
        c->hello = strdup(field[3]);
        c->prefix = strdup(field[4] ? field[4] : "");
        senders_count += c->sends;
    }
    fclose(plan);
    senders = calloc(senders_count + 1, sizeof *senders);
    for (int i = 0, k = 0; i < count; i++)
        if (conns[i].sends) senders[k++] = conns + i;
}

static void turn(int ms) {
    static struct epoll_event ready[1024];
    int n = epoll_wait(poll_fd, ready, 1024, ms);
    for (int i = 0; i < n; i++) {
        Conn *c = ready[i].data.ptr;
        if (c->fd < 0) continue;
        if (ready[i].events & EPOLLOUT) listen_for(c, 0), flush_out(c);
        if (!(ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
        int got = read_in(c);
        if (got < 0) {
            closed++;
            cut(c);
            c->back_at = now() + 0.2;
        }
    }
}

int main(int argc, char **argv) {
    double seconds = 2, warm = 0.5, rate = 0, reconnect = 0, storm = 0, drain = 10;
    int window = 1;
    if (argc < 3) {
        fprintf(stderr, "usage: load PORT PLAN --seconds S [--warm S] [--window W | --rate R] [--reconnect R] [--storm S]\n");
        return 2;
    }
    port = atoi(argv[1]);
    for (int i = 3; i + 1 < argc; i += 2) {
        double value = atof(argv[i + 1]);
        if (!strcmp(argv[i], "--seconds")) seconds = value;
        else if (!strcmp(argv[i], "--warm")) warm = value;
        else if (!strcmp(argv[i], "--window")) window = value;
        else if (!strcmp(argv[i], "--rate")) rate = value;
        else if (!strcmp(argv[i], "--reconnect")) reconnect = value;
        else if (!strcmp(argv[i], "--storm")) storm = value;
        else if (!strcmp(argv[i], "--drain")) drain = value;
        else if (!strcmp(argv[i], "--from")) floor_n = value;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    srand48(7260917);
    read_plan(argv[2]);
    poll_fd = epoll_create1(0);

    double dialled = now();
    for (int i = 0; i < count; i++) {
        dial(conns + i);
        for (int k = 0; conns[i].state != OPEN && k < 20000; k++) turn(1);
    }
    double opened = now() - dialled;
    for (double until = now() + 0.5; now() < until;) turn(20);

    double start = now(), due = start, cut_due = start, swept = start, stormed_back = 0;
    struct rusage before, after;
    int measuring = 0, stopped = 0;
    measured_from = start + warm;
    measured_to = measured_from + seconds;
    for (;;) {
        double t = now();
        if (!measuring && t >= measured_from) {
            measuring = 1;
            getrusage(RUSAGE_SELF, &before);
            if (storm > 0)
                for (int i = 0; i < count; i++) cut(conns + i), conns[i].back_at = t + storm * i / count;
        }
        if (!stopped && t >= measured_to) {
            stopped = 1;
            getrusage(RUSAGE_SELF, &after);
        }
        if (stopped && (received >= sent || t >= measured_to + drain)) break;
        if (!stopped && rate > 0) {
            for (int burst = 0; due <= t && burst < 2000; burst++, due += -log(1 - drand48()) / rate) {
                Conn *c = senders[(int)(drand48() * senders_count)];
                for (int tries = 0; c->state != OPEN && tries < 50; tries++) c = senders[(int)(drand48() * senders_count)];
                if (c->state == OPEN) say(c, due);
            }
        } else if (!stopped) {
            for (int i = 0; i < senders_count; i++)
                while (senders[i]->state == OPEN && senders[i]->waiting < window) say(senders[i], now());
        }
        for (; measuring && !stopped && reconnect > 0 && cut_due <= t; cut_due += 1 / reconnect) {
            Conn *c = conns + (int)(drand48() * count);
            if (c->state == OPEN && !c->waiting) cut(c), c->back_at = t + 0.1;
        }
        if (t - swept > 0.05) {
            swept = t;
            for (int i = 0; i < count; i++) {
                Conn *c = conns + i;
                if (c->state == OUT && c->back_at && c->back_at <= t) dial(c), back++, stormed_back = t;
                if (c->state == OPEN && t - c->pinged_at > 15) put_frame(c, "{\"t\":\"ping\"}", 12), c->pinged_at = t + drand48() * 5;
            }
        }
        double wait = rate > 0 && !stopped ? (due - now()) * 1e3 : 5;
        turn(wait < 0 ? 0 : wait > 20 ? 20 : (int)wait);
    }
    double cpu = after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec +
                 (after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec) * 1e-6;
    qsort(ages.at, ages.count, sizeof(double), by_size);
    printf("{\"connections\":%d,\"senders\":%d,\"rate\":%.1f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f,", count,
           senders_count, measured / seconds, at_share(&ages, .5), at_share(&ages, .9), at_share(&ages, .99), at_share(&ages, 1));
    printf("\"client_cpu\":%.3f,\"open_seconds\":%.2f,\"sent\":%llu,\"acked\":%llu,\"received\":%llu,\"gaps\":%llu,", cpu / seconds,
           opened, (unsigned long long)sent, (unsigned long long)acked, (unsigned long long)received, (unsigned long long)gaps);
    printf("\"doubled\":%llu,\"resyncs\":%llu,\"errors\":%llu,\"closed\":%llu,\"reconnected\":%llu,\"storm_seconds\":%.2f,",
           (unsigned long long)doubled, (unsigned long long)resyncs, (unsigned long long)errors, (unsigned long long)closed,
           (unsigned long long)back, storm > 0 ? stormed_back - measured_from : 0);
    for (char *x = first_error; *x; x++)
        if (*x == '"' || *x == '\\' || (unsigned char)*x < 32) *x = '\'';
    printf("\"first_error\":\"%s\"}\n", first_error);
    return 0;
}
