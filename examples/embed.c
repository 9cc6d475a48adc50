/* Events checked by the C library of examples/shapes.ttl, one line of N-Triples each:

       cns-aotc compile examples/shapes.ttl -e examples/ontology.ttl -o build/ --name library
       cc -Ibuild examples/embed.c build/liblibrary.a -lm -o embed
       ./embed < events.nt

   Each line of the input is an event by itself. */
#include <stdio.h>
#include <string.h>

#include "library.h"

static void show(library *validator) {
    for (size_t i = 0; i < library_result_count(validator); i++) {
        library_result result;
        if (library_result_at(validator, i, &result) != LIBRARY_OK) return;
        printf("  %.*s: %.*s\n", (int)result.focus.length, result.focus.text, (int)result.message.length, result.message.text);
    }
}

int main(void) {
    static char line[1 << 16];
    library *validator = library_open(NULL);
    int bad = 0;
    for (unsigned number = 1; fgets(line, sizeof line, stdin); number++) {
        bool conforms;
        if (library_check(validator, line, strlen(line), &conforms) != LIBRARY_OK) {
            printf("event %u: %s\n", number, library_error_message(validator));
            bad = 2;
        } else if (!conforms) {
            printf("event %u: %zu results\n", number, library_result_count(validator));
            show(validator);
            bad = bad ? bad : 1;
        }
    }
    library_close(validator);
    return bad;
}
