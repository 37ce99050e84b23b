/* Counts words. */
#include <stdio.h>
#include "words.h"

#define MAX_WORDS 1024
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#ifdef DEBUG
#define LOG(...) fprintf(stderr, __VA_ARGS__)
#endif

typedef unsigned int uint;
typedef int (*compare_fn)(const void *, const void *);

/** A counted word. */
typedef struct word {
    char *text;
    uint count, seen;
    struct word *next;
    int (*hash)(const char *text);
} word_t;

enum color { RED, GREEN = 2, BLUE };

typedef enum {
    MODE_FAST,
    MODE_SAFE,
} mode_t;

union value {
    int number;
    float real;
};

struct table {
    word_t *slots[MAX_WORDS];
    struct {
        int used : 4;
    } flags;
};

static const char *names[] = {"a", "b"};
extern int verbose;
int first = 1, *second, third[3];
static struct table global_table = {0};

int count_words(FILE *file, struct table *table);
static inline int min(int a, int b);
void (*signal(int sig, void (*func)(int)))(int);

/* Finds a word, or adds it. */
static word_t *
find_word(struct table *table,
          const char *text, /* not kept */
          size_t length)
{
    int local = 0;
    if (length == 0) {
        return NULL;
    }
    return table->slots[local];
}

#ifdef _WIN32
int count_words(FILE *file, struct table *table) {
    return 0;
}
#else
int count_words(FILE *file, struct table *table)
{
    int total = 0;
    return total;
}
#endif

int
main(argc, argv)
    int argc;
    char **argv;
{
    return count_words(stdin, &global_table);
}
