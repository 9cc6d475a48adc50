/* Turtle in pieces: where reading stops for want of bytes, errors, and how a lenient reader goes on after one. */
#include <stdio.h>

#include "turtle.h"
#include "turtle_scan.h"

void *cns_turtle_resize(CnsTurtle *turtle, void *memory, size_t size) {
    return turtle->store->allocator.resize(turtle->store->allocator.context, memory, size);
}

/* ---------------------------------------------------------------- errors */

static bool turtle_error(CnsTurtle *turtle, CnsStatus status, const uint8_t *place, const char *message) {
    const CnsProblems *problems = turtle->options.problems;
    turtle->error->status = status;
    snprintf(turtle->error->message, sizeof turtle->error->message, "%s", message);
    bool unseen = turtle->options.lenient && status == CNS_ERR_SYNTAX && (!problems || problems->count >= CNS_PROBLEMS_KEPT);
    if (unseen) return false;
    cns_place_error(&turtle->place, turtle->start, place, turtle->end, turtle->error);
    cns_excerpt(turtle->start, place, turtle->end, turtle->error);
    return false;
}

static bool turtle_starve(CnsTurtle *turtle) {
    turtle->starved = true;
    return false;
}

/* What is wrong near the end of a piece may only be cut off. */
bool cns_turtle_fail(CnsTurtle *turtle, const uint8_t *place, const char *message) {
    if (!turtle->last && turtle->end - place < CNS_TURTLE_LOOKAHEAD) return turtle_starve(turtle);
    return turtle_error(turtle, CNS_ERR_SYNTAX, place, message);
}

bool cns_turtle_unfinished(CnsTurtle *turtle, const uint8_t *place, const char *message) {
    return turtle->last ? turtle_error(turtle, CNS_ERR_SYNTAX, place, message) : turtle_starve(turtle);
}

bool cns_turtle_fail_with(CnsTurtle *turtle, const uint8_t *place, const char *before, const uint8_t *text, uint32_t length, const char *after) {
    char message[sizeof turtle->error->message];
    uint32_t shown = length < 80 ? length : 80;
    while (shown < length && shown && (text[shown] & 0xc0) == 0x80) shown--; /* not within a character */
    snprintf(message, sizeof message, "%s%.*s%s%s", before, (int)shown, (const char *)text, shown < length ? "..." : "", after);
    return cns_turtle_fail(turtle, place, message);
}

bool cns_turtle_limit(CnsTurtle *turtle, const uint8_t *place, const char *message) {
    return turtle_error(turtle, CNS_ERR_LIMIT, place, message);
}

bool cns_turtle_out_of_memory(CnsTurtle *turtle) {
    return turtle_error(turtle, CNS_ERR_MEMORY, turtle->token, "out of memory, or more than 2 147 483 632 nodes or literals");
}

/* ---------------------------------------------------------------- white space */

static bool turtle_comment(CnsTurtle *turtle) {
    const uint8_t *start = turtle->at, *at = start;
    uint32_t high = 0;
    while (at < turtle->end && *at != '\n' && *at != '\r') high |= *at++ & 0x80;
    if (at == turtle->end && !turtle->last) return turtle_starve(turtle);
    if (high && turtle->state != CNS_TURTLE_SKIPPING) {
        const uint8_t *valid = cns_utf8_valid(start, at);
        if (valid != at) return cns_turtle_fail(turtle, valid, "invalid UTF-8 in a comment");
    }
    turtle->at = at;
    return true;
}

bool cns_turtle_skip_space(CnsTurtle *turtle) {
    for (;;) {
        turtle->at = turtle_scan_space(turtle->at, turtle->end);
        if (turtle->at == turtle->end || *turtle->at != '#') return true;
        if (!turtle_comment(turtle)) return false;
    }
}

/* ---------------------------------------------------------------- lenient reading */

/* A string or an IRI that is well closed is not looked into. Returns the byte behind it, or behind its first byte;
   NULL: the bytes end before that can be told. */
static const uint8_t *turtle_behind_token(const CnsTurtle *turtle, const uint8_t *start) {
    const uint8_t *end = turtle->end, *at = start + 1;
    uint8_t quote = *start;
    uint32_t high = 0;
    if (quote == '<') {
        at = turtle_scan_iri(at, end);
        while (at < end && (*at >= 0x80 || *at == '\\')) at = turtle_scan_iri(at + 1, end);
        if (at == end && !turtle->last) return NULL;
        return at < end && *at == '>' ? at + 1 : start + 1;
    }
    if (end - start < 3 && !turtle->last) return NULL;
    bool is_long = end - at >= 2 && at[0] == quote && at[1] == quote;
    for (at += is_long ? 2 : 0;;) {
        at = turtle_scan_string(at, end, quote, is_long, &high);
        if (end - at < 3 && !turtle->last) return NULL;
        if (at == end || *at == '\n' || *at == '\r') return start + 1;
        if (*at == quote && !is_long) return at + 1;
        if (*at == quote && end - at >= 3 && at[1] == quote && at[2] == quote) return at + 3;
        at += *at == '\\' && end - at >= 2 ? 2 : 1;
    }
}

/* One step towards the full stop, or in TriG the brace, that ends a bad statement. A bad graph is skipped whole. */
bool cns_turtle_skip_statement(CnsTurtle *turtle) {
    uint8_t c = *turtle->at;
    if (c == '"' || c == '\'' || c == '<') {
        const uint8_t *behind = turtle_behind_token(turtle, turtle->at);
        if (!behind) return turtle_starve(turtle);
        turtle->at = behind;
        return true;
    }
    bool braces = turtle->options.dataset;
    if (c == '.') {
        if (turtle->end - turtle->at < 2 && !turtle->last) return turtle_starve(turtle);
        const uint8_t *next = ++turtle->at;
        if (!turtle->skipped_braces && (next == turtle->end || cns_turtle_classes[*next] & TURTLE_SPACE || *next == '#')) turtle->state = CNS_TURTLE_AT_STATEMENT;
        return true;
    }
    if (c == '}' && braces && turtle->in_graph && !turtle->skipped_braces) {
        turtle->state = CNS_TURTLE_AT_STATEMENT; /* which closes the graph */
        return true;
    }
    if (c == '{' && braces) turtle->skipped_braces++;
    if (c == '}' && turtle->skipped_braces && --turtle->skipped_braces == 0) turtle->state = CNS_TURTLE_AT_STATEMENT;
    turtle->at++;
    if (c == '{' || c == '}') return true;
    /* The whole of a word, so that a '#' within it begins no comment. */
    while (turtle->at < turtle->end && !strchr(" \t\r\n\"'<.{}", *turtle->at)) turtle->at++;
    return turtle->at < turtle->end || turtle->last || turtle_starve(turtle);
}

/* Takes back what the bad statement added; nodes stay, without triples. */
static void turtle_roll_back(CnsTurtle *turtle) {
    CnsStore *store = turtle->store;
    while (turtle->undo.count) {
        uint32_t column = turtle->undo.items[--turtle->undo.count];
        CnsColumn *pairs = column == CNS_NONE ? &store->rest : &store->columns[column];
        pairs->subjects.count--;
        pairs->objects.count--;
        store->rest_predicates.count -= column == CNS_NONE;
        store->stats.triples_kept--;
    }
    store->literal_count = turtle->literal_mark;
    store->stats.triples_read = turtle->read_mark;
}

/* The bad token is where skipping starts: if it is a string or an IRI that is closed, a full stop in it ends nothing. */
static bool turtle_recover(CnsTurtle *turtle) {
    CnsProblems *problems = turtle->options.problems;
    if (!turtle->options.lenient || turtle->error->status != CNS_ERR_SYNTAX) return false;
    if (problems && problems->count < CNS_PROBLEMS_KEPT) problems->first[problems->count] = *turtle->error;
    if (problems) problems->count++;
    memset(turtle->error, 0, sizeof *turtle->error);
    turtle_roll_back(turtle);
    turtle->depth = 0;
    turtle->frame = (CnsTurtleFrame){.subject = {0, CNS_NONE}};
    turtle->skipped_braces = 0;
    turtle->state = CNS_TURTLE_SKIPPING;
    turtle->at = turtle->token;
    return true;
}

/* ---------------------------------------------------------------- pieces */

static bool turtle_run(CnsTurtle *turtle) {
    for (;;) {
        turtle->token = turtle->at = turtle_scan_space(turtle->at, turtle->end);
        if (turtle->at == turtle->end) return true;
        if (*turtle->at == '#' ? !turtle_comment(turtle) : !cns_turtle_step(turtle)) return false;
    }
}

static bool turtle_finish(CnsTurtle *turtle) {
    if (turtle->state == CNS_TURTLE_SKIPPING) return true;
    if (turtle->state != CNS_TURTLE_AT_STATEMENT) return turtle_error(turtle, CNS_ERR_SYNTAX, turtle->end, "the document ends within a statement");
    return !turtle->in_graph || turtle_error(turtle, CNS_ERR_SYNTAX, turtle->end, "a graph is not closed by '}'");
}

/* The subject of an unfinished statement outlives its piece. */
static bool turtle_save_subject(CnsTurtle *turtle) {
    uint32_t length = turtle->subject.length;
    if (turtle->state == CNS_TURTLE_AT_STATEMENT || turtle->state == CNS_TURTLE_SKIPPING || turtle->subject.text == turtle->subject_text || !length) return true;
    if (length > turtle->subject_room) {
        uint8_t *text = cns_turtle_resize(turtle, turtle->subject_text, length);
        if (!text) return cns_turtle_out_of_memory(turtle);
        turtle->subject_text = text;
        turtle->subject_room = length;
    }
    memcpy(turtle->subject_text, turtle->subject.text, length);
    turtle->subject.text = turtle->subject_text;
    return true;
}

static void turtle_end_piece(CnsTurtle *turtle) {
    if (turtle->last || turtle->error->status != CNS_OK || !turtle_save_subject(turtle)) return;
    cns_place_advance(&turtle->place, turtle->start, turtle->at);
}

CnsStatus cns_turtle_feed(CnsTurtle *turtle, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error) {
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    memset(error, 0, sizeof *error);
    *consumed = 0;
    turtle->error = error;
    turtle->last = last;
    turtle->starved = false;
    turtle->start = turtle->at = turtle->token = bytes;
    turtle->end = bytes + size;
    if (!turtle->begun) {
        size_t seen = size < sizeof mark ? size : sizeof mark;
        bool marked = seen && memcmp(bytes, mark, seen) == 0;
        if (seen < sizeof mark && !last && (marked || !seen)) return CNS_OK;
        if (seen == sizeof mark && marked) turtle->start = turtle->at = turtle->token = bytes + sizeof mark;
        turtle->begun = true;
    }
    for (;;) {
        if (turtle_run(turtle) && (!last || turtle_finish(turtle))) break;
        if (turtle->starved) turtle->at = turtle->token;
        if (turtle->starved || !turtle_recover(turtle)) break;
    }
    turtle_end_piece(turtle);
    *consumed = (size_t)(turtle->at - bytes);
    return error->status;
}

CnsStatus cns_turtle_open(CnsTurtle *turtle, CnsStore *store, const CnsReadOptions *options, CnsError *error) {
    memset(turtle, 0, sizeof *turtle);
    memset(error, 0, sizeof *error);
    turtle->store = store;
    turtle->options = *options;
    if (!turtle->options.max_depth) turtle->options.max_depth = CNS_DEPTH_DEFAULT;
    turtle->error = error;
    turtle->place = (CnsPlace){1, 1, false};
    turtle->graph_wanted = options->graph_choice != CNS_GRAPH_NAMED;
    turtle->nil = CNS_NONE;
    for (uint32_t i = 0; i < CNS_MEMO_SLOTS; i++) turtle->memo[i].object = CNS_NONE;
    if (!options->base || !options->base_length) return CNS_OK;
    CnsTurtleTerm base = {.text = options->base, .length = options->base_length, .kind = CNS_TURTLE_IRI};
    if (cns_iri_is_absolute(options->base, options->base_length)) {
        cns_turtle_set_base(turtle, &base);
    } else {
        error->status = CNS_ERR_SYNTAX; /* of the options: there is no line to name */
        snprintf(error->message, sizeof error->message, "the base IRI is not absolute");
    }
    return error->status;
}

void cns_turtle_close(CnsTurtle *turtle) {
    if (!turtle->store) return;
    for (uint32_t i = 0; i < turtle->prefix_count; i++) cns_turtle_resize(turtle, turtle->prefixes[i].label, 0);
    void *arrays[] = {turtle->prefixes, turtle->base, turtle->scratch, turtle->frames, turtle->subject_text};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i]) cns_turtle_resize(turtle, arrays[i], 0);
    cns_words_free(&turtle->store->allocator, &turtle->undo);
    memset(turtle, 0, sizeof *turtle);
}
