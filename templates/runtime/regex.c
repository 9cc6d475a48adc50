/* The words of a machine (this is where the layout is defined; cns/codegen/regex/machine.py writes it):

     0          MAGIC
     1          kind: DFA16, DFA32 or NFA
     2          C, the number of classes of characters; all that a machine knows of a character is its class
     3          N, the number of rows of the DFA, or of instructions of the NFA
     4          where to start: a state of the DFA, an instruction of the NFA
     5          of a DFA, the first state that accepts where the text ends; of an NFA, S, the number of sets of classes
     6          R, the number of runs
     7          0
     8 .. 39    the class of each ASCII character, a byte each, the first in the lowest bits
     then R     the characters from U+0080 on, as runs of one class: first code point << 11 | class, ascending
   DFA:
     then       the transitions, 16 (the first in the lower half) or 32 bits each. State 0 is dead, state 1 has accepted,
                and any other is the index of its row in here: 2 + row * C, so that one addition finds a transition
   NFA:
     then S     sets, of ceil(C / 32) words each: one bit for each class, the lowest first
     then N     instructions, of three words: op, next, argument (the set of CHAR, the other way of SPLIT) */

#include "regex.h"

enum { MAGIC = 0x31585243, DFA16 = 1, DFA32 = 2, NFA = 3 };
enum { KIND = 1, CLASSES = 2, ROWS = 3, START = 4, FIRST_ACCEPTING = 5, SETS = 5, RUNS = 6, RESERVED = 7 };
enum { ASCII_AT = 8, RUNS_AT = 40 };
enum { DEAD = 0, ACCEPT = 1, FIRST_ROW = 2 };
enum { MATCH, CHAR, SPLIT, BEGIN, END, LINE_BEGIN, LINE_END, OP_COUNT };
enum { CLASS_BITS = 11, CLASS_MASK = (1 << CLASS_BITS) - 1 };
enum { MAX_INSTRUCTIONS = 1 << 28 }; /* so that the words of scratch are a 32-bit number */
enum { LAST_CODE_POINT = 0x10ffff, REPLACEMENT = 0xfffd };

/* Parts of a word are numbered from the lowest bits; in memory they may stand the other way round. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { FLIP_BYTE = 3, FLIP_HALF = 1 };
#else
enum { FLIP_BYTE = 0, FLIP_HALF = 0 };
#endif

static inline uint32_t byte_at(const uint32_t *words, uint32_t index) {
    return ((const uint8_t *)words)[index ^ FLIP_BYTE];
}

static inline uint32_t half_at(const uint32_t *words, uint32_t index) {
    uint16_t half;
    memcpy(&half, (const uint8_t *)words + 2 * (size_t)(index ^ FLIP_HALF), 2);
    return half;
}

/* --- characters --- */

static inline bool continues(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/* The code point at *at, which is not ASCII, and moves past it. A byte that is not UTF-8 counts as one U+FFFD. */
static inline uint32_t decode_wide(const uint8_t *text, size_t length, size_t *at) {
    const uint8_t *p = text + *at;
    size_t left = length - *at;
    uint32_t lead = p[0];
    if (lead >= 0xc2 && lead < 0xe0 && left >= 2 && continues(p[1])) {
        *at += 2;
        return (lead & 0x1f) << 6 | (p[1] & 0x3fu);
    }
    if (lead >= 0xe0 && lead < 0xf0 && left >= 3 && continues(p[1]) && continues(p[2])) {
        *at += 3;
        return (lead & 0x0f) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    }
    if (lead >= 0xf0 && lead < 0xf5 && left >= 4 && continues(p[1]) && continues(p[2]) && continues(p[3])) {
        *at += 4;
        return (lead & 0x07) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
    }
    *at += 1;
    return REPLACEMENT;
}

/* Every code point from U+0080 on is in some run; what decode_wide makes of bad bytes, below or above, is in one too. */
static inline uint32_t class_of_wide(const uint32_t *words, uint32_t code_point) {
    const uint32_t *run = words + RUNS_AT;
    uint32_t key = code_point << CLASS_BITS | CLASS_MASK;
    for (uint32_t count = words[RUNS]; count > 1;) {
        uint32_t half = count / 2;
        run += (run[half] <= key) * half; /* no branch to mispredict */
        count -= half;
    }
    return *run & CLASS_MASK;
}

static inline uint32_t next_class(const uint32_t *words, const uint8_t *text, size_t length, size_t *at) {
    uint8_t byte = text[*at];
    if (byte < 0x80) {
        *at += 1;
        return byte_at(words + ASCII_AT, byte);
    }
    return class_of_wide(words, decode_wide(text, length, at));
}

/* --- DFA --- */

/* `kind` is a constant where this is called, so that each kind has a loop of its own.
   Where a character leaves the state as it is, the next ones probably do so too: while that is asked, no step has to wait for the
   one before it, which is most of what a step costs. */
static inline bool search_dfa(const uint32_t *words, uint32_t state, const uint8_t *text, size_t length, uint32_t kind) {
    const uint32_t *table = words + RUNS_AT + words[RUNS];
#define CNS_AFTER(class) (kind == DFA16 ? half_at(table, state + (class)) : table[state + (class)])
    for (size_t at = 0; at < length && state >= FIRST_ROW;) {
        uint32_t next = CNS_AFTER(next_class(words, text, length, &at));
        if (next == state)
            while (at < length && text[at] < 0x80 && CNS_AFTER(byte_at(words + ASCII_AT, text[at])) == state) at++;
        state = next;
    }
#undef CNS_AFTER
    return state == ACCEPT || state >= words[FIRST_ACCEPTING];
}

/* --- NFA: all instructions that could be at this position, at once --- */

/* What stands before or after a position. */
typedef enum { EDGE, NEWLINE, OTHER } Neighbour;

/* A sparse set: dense holds the members in order of arrival, sparse says where in dense each one is. */
typedef struct {
    uint32_t *dense;
    uint32_t *sparse;
    uint32_t count;
} Threads;

typedef struct {
    const uint32_t *sets;
    const uint32_t *code;
    uint32_t words_per_set;
} Program;

static inline void add(Threads *threads, uint32_t instruction) {
    uint32_t place = threads->sparse[instruction];
    if (place < threads->count && threads->dense[place] == instruction) return;
    threads->sparse[instruction] = threads->count;
    threads->dense[threads->count++] = instruction;
}

/* fn:matches: a newline at the very end of the text ends a line and begins none. */
static inline bool anchor_holds(uint32_t op, Neighbour before, Neighbour after) {
    switch (op) {
    case BEGIN: return before == EDGE;
    case END: return after == EDGE;
    case LINE_BEGIN: return before == EDGE || (before == NEWLINE && after != EDGE);
    default: return after == NEWLINE || (after == EDGE && before != NEWLINE);
    }
}

static inline bool set_has(const Program *program, uint32_t set, uint32_t class) {
    return program->sets[(size_t)set * program->words_per_set + class / 32] >> (class % 32) & 1;
}

/* Follows all threads of one position as far as they go; those that can read the character are in `then`. True if one
   has reached the end of the pattern. */
static bool run_position(const Program *program, Threads *now, Threads *then, uint32_t class, Neighbour before,
                         Neighbour after) {
    for (uint32_t i = 0; i < now->count; i++) {
        const uint32_t *instruction = program->code + (size_t)now->dense[i] * 3;
        uint32_t op = instruction[0];
        if (op == MATCH) return true;
        if (op == CHAR) {
            if (after != EDGE && set_has(program, instruction[2], class)) add(then, instruction[1]);
        } else if (op == SPLIT) {
            add(now, instruction[1]);
            add(now, instruction[2]);
        } else if (anchor_holds(op, before, after)) {
            add(now, instruction[1]);
        }
    }
    return false;
}

static bool search_nfa(const uint32_t *words, const uint8_t *text, size_t length, uint32_t *scratch) {
    size_t count = words[ROWS];
    Program program = {.sets = words + RUNS_AT + words[RUNS], .words_per_set = (words[CLASSES] + 31) / 32};
    program.code = program.sets + (size_t)words[SETS] * program.words_per_set;
    Threads now = {.dense = scratch, .sparse = scratch + count};
    Threads then = {.dense = scratch + 2 * count, .sparse = scratch + 3 * count};
    memset(now.sparse, 0, count * sizeof *scratch);
    memset(then.sparse, 0, count * sizeof *scratch);
    uint32_t start = words[START];
    bool only_at_begin = program.code[(size_t)start * 3] == BEGIN;
    Neighbour before = EDGE;
    for (size_t at = 0;;) {
        if (before == EDGE || !only_at_begin) add(&now, start);
        if (now.count == 0) return false;
        Neighbour after = at == length ? EDGE : text[at] == '\n' ? NEWLINE : OTHER;
        uint32_t class = after == EDGE ? 0 : next_class(words, text, length, &at);
        if (run_position(&program, &now, &then, class, before, after)) return true;
        if (after == EDGE) return false;
        Threads done = now;
        now = then;
        then = done;
        then.count = 0;
        before = after;
    }
}

uint32_t cns_regex_scratch_words(const uint32_t *words) { return words[KIND] == NFA ? 4 * words[ROWS] : 0; }

bool cns_regex_search(const uint32_t *words, const uint8_t *text, size_t length, uint32_t *scratch) {
    switch (words[KIND]) {
    case DFA16: return search_dfa(words, words[START], text, length, DFA16);
    case DFA32: return search_dfa(words, words[START], text, length, DFA32);
    default: return search_nfa(words, text, length, scratch);
    }
}

bool cns_regex_go_on(const uint32_t *words, uint32_t state, const uint8_t *text, const uint8_t *end) {
    size_t length = (size_t)(end - text);
    return words[KIND] == DFA16 ? search_dfa(words, state, text, length, DFA16) : search_dfa(words, state, text, length, DFA32);
}

/* --- verify --- */

static bool classes_are_sound(const uint32_t *words) {
    uint32_t classes = words[CLASSES];
    for (uint32_t byte = 0; byte < 0x80; byte++) {
        if (byte_at(words + ASCII_AT, byte) >= classes) return false;
    }
    const uint32_t *runs = words + RUNS_AT;
    for (uint32_t i = 0; i < words[RUNS]; i++) {
        uint32_t first = runs[i] >> CLASS_BITS;
        if ((runs[i] & CLASS_MASK) >= classes || first > LAST_CODE_POINT) return false;
        if (i == 0 ? first != 0x80 : first <= runs[i - 1] >> CLASS_BITS) return false;
    }
    return true;
}

static bool is_state(const uint32_t *words, uint32_t state, uint64_t entries) {
    return state < FIRST_ROW || (state < entries && (state - FIRST_ROW) % words[CLASSES] == 0);
}

static bool dfa_is_sound(const uint32_t *words, uint64_t rest) {
    bool narrow = words[KIND] == DFA16;
    uint64_t entries = FIRST_ROW + (uint64_t)words[ROWS] * words[CLASSES];
    if (entries > (narrow ? UINT64_C(1) << 16 : UINT32_MAX)) return false;
    if (rest != (narrow ? (entries + 1) / 2 : entries)) return false;
    if (!is_state(words, words[START], entries) || words[FIRST_ACCEPTING] < FIRST_ROW) return false;
    const uint32_t *table = words + RUNS_AT + words[RUNS];
    for (uint32_t i = FIRST_ROW; i < entries; i++) {
        if (!is_state(words, narrow ? half_at(table, i) : table[i], entries)) return false;
    }
    return true;
}

static bool nfa_is_sound(const uint32_t *words, uint64_t rest) {
    uint32_t count = words[ROWS];
    uint64_t set_words = (uint64_t)words[SETS] * ((words[CLASSES] + 31) / 32);
    if (count > MAX_INSTRUCTIONS || words[START] >= count) return false;
    if (rest != set_words + 3 * (uint64_t)count) return false;
    const uint32_t *code = words + RUNS_AT + words[RUNS] + set_words;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *instruction = code + (size_t)i * 3;
        if (instruction[0] >= OP_COUNT || instruction[1] >= count) return false;
        if (instruction[0] == CHAR && instruction[2] >= words[SETS]) return false;
        if (instruction[0] == SPLIT && instruction[2] >= count) return false;
    }
    return true;
}

bool cns_regex_verify(const uint32_t *words, size_t word_count) {
    if (word_count < RUNS_AT || words[0] != MAGIC || words[RESERVED] != 0) return false;
    if (words[CLASSES] == 0 || words[CLASSES] > CLASS_MASK + 1u) return false;
    if (words[RUNS] == 0 || words[RUNS] > word_count - RUNS_AT) return false;
    if (!classes_are_sound(words)) return false;
    uint64_t rest = (uint64_t)word_count - RUNS_AT - words[RUNS];
    switch (words[KIND]) {
    case DFA16:
    case DFA32: return dfa_is_sound(words, rest);
    case NFA: return nfa_is_sound(words, rest);
    default: return false;
    }
}
