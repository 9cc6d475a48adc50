/* No include guard: this is included once for each kind of machine.

   Lines of the usual shape: subject, predicate, object and full stop with single spaces between them, without escapes and
   comments. The lines_*.c files bring CNS_ISA and the scanners:

       CNS_SCAN_WIDTH                         bytes that a scanner may read past where it stands
       CNS_SCAN_IRI(at, end, &wide)           the first byte at or after `at` that an IRI may not hold, or NULL near the end
       CNS_SCAN_STRING(at, end, &wide)        ... a string
       CNS_SAME(a, b, length)                 equal bytes

   `wide` becomes true where a byte above 0x7f was passed: then the text is looked at for UTF-8. */

#include "lines.h"

#ifdef CNS_ISA

#define CNS_PASTE2(a, b) a##b
#define CNS_PASTE(a, b) CNS_PASTE2(a, b)
#define CNS_FN(name) CNS_PASTE(name##_, CNS_ISA)
#define CNS_ROOM(at) (end - (at) >= 2 * CNS_SCAN_WIDTH)

/* The usual schemes; any other is looked at by lines.c. */
static inline bool CNS_FN(usual_scheme)(const uint8_t *iri) {
    return memcmp(iri, "http://", 7) == 0 || memcmp(iri, "https://", 8) == 0 || memcmp(iri, "urn:", 4) == 0;
}

/* The end of an IRI that starts behind `<`: its `>`, or NULL for anything unusual. */
static inline const uint8_t *CNS_FN(iri_end)(const uint8_t *at, const uint8_t *end) {
    bool wide = false;
    const uint8_t *stop = CNS_SCAN_IRI(at, end, &wide);
    if (!stop || *stop != '>' || !CNS_FN(usual_scheme)(at)) return NULL;
    return !wide || cns_utf8_valid(at, stop) == stop ? stop : NULL;
}

/* Behind a label of ASCII letters, digits, underlines and, but for the first, hyphens that has a space behind it; else NULL. */
static inline const uint8_t *CNS_FN(label_end)(const uint8_t *at, const uint8_t *end) {
    const uint8_t *start = at;
    while (at < end && (cns_is_letter(*at) || cns_is_digit(*at) || *at == '_' || (*at == '-' && at > start))) at++;
    return at < end && at > start && *at == ' ' ? at : NULL;
}

/* Behind an IRI or a blank node, or NULL for anything unusual. */
static inline const uint8_t *CNS_FN(resource_end)(const uint8_t *at, const uint8_t *end) {
    if (*at == '<') {
        const uint8_t *close = CNS_FN(iri_end)(at + 1, end);
        return close ? close + 1 : NULL;
    }
    return at[0] == '_' && at[1] == ':' ? CNS_FN(label_end)(at + 2, end) : NULL;
}

/* The token of an IRI or a blank node, to be interned. */
static inline CnsReference CNS_FN(node)(CnsLines *lines, const uint8_t *token, uint32_t length) {
    if (*token == '<') return cns_batch_node(&lines->batch, CNS_NODE_IRI, token + 1, length - 2);
    return cns_batch_node(&lines->batch, CNS_NODE_BLANK, token + 2, length - 2);
}

static inline CnsReference CNS_FN(object)(CnsLines *lines, const CnsRoute *route, const uint8_t *token, uint32_t length) {
    return route->classes && *token == '<' ? cns_batch_class(&lines->batch, token + 1, length - 2) : CNS_FN(node)(lines, token, length);
}

/* The predicate token at this place, by guess or by look-up; NULL for anything unusual. */
static inline CnsSeenPredicate *CNS_FN(predicate)(CnsLines *lines, const uint8_t *at, const uint8_t *end) {
    CnsSeenPredicate *guess = &lines->seen[lines->seen[lines->last].next];
    if (guess->length && (size_t)(end - at) > guess->length + CNS_SCAN_WIDTH && CNS_SAME(at, guess->token, guess->length)) return guess;
    if (*at != '<') return NULL;
    const uint8_t *close = CNS_FN(iri_end)(at + 1, end);
    return close && close - at < 0x3fffffff ? cns_lines_predicate(lines, at, (uint32_t)(close + 1 - at)) : NULL;
}

/* Behind the datatype or tag of a string; NULL for anything unusual. */
static inline const uint8_t *CNS_FN(annotation_end)(const CnsSeenAnnotation *guess, const uint8_t *at, const uint8_t *end) {
    if (*at == ' ') return at;
    if (guess->length && CNS_SAME(at, guess->text, guess->length) && at[guess->length] == ' ') return at + guess->length;
    if (at[0] == '@') {
        const uint8_t *start = ++at; /* the usual tags: en, de-AT; the others are for lines.c */
        while (at < end && cns_is_letter(*at)) at++;
        if (at > start && *at == '-') {
            start = ++at;
            while (at < end && cns_is_letter(*at)) at++;
        }
        return at > start && at < end && *at == ' ' ? at : NULL;
    }
    if (at[0] != '^' || at[1] != '^' || at[2] != '<') return NULL;
    const uint8_t *close = CNS_FN(iri_end)(at + 3, end);
    return close ? close + 1 : NULL;
}

/* One line; false if it is not of the usual shape, and then nothing has been done. */
static inline bool CNS_FN(usual_line)(CnsLines *lines) {
    const uint8_t *const line = lines->at, *const end = lines->end;
    if (!CNS_ROOM(line)) return false;
    uint32_t subject_length = lines->subject_length;
    bool same = lines->subject && end - line > (int64_t)subject_length + 2 * CNS_SCAN_WIDTH && CNS_SAME(line, lines->subject, subject_length) && line[subject_length] == ' ';
    const uint8_t *at = same ? line + subject_length : CNS_FN(resource_end)(line, end);
    if (!at || !CNS_ROOM(at) || *at != ' ' || at - line > 0x3fffffff) return false;
    subject_length = (uint32_t)(at - line);

    CnsSeenPredicate *predicate = CNS_FN(predicate)(lines, at + 1, end);
    if (!predicate) return false;
    at += predicate->length + 1;
    if (!CNS_ROOM(at) || *at != ' ') return false;

    const uint8_t *const object = ++at, *close = NULL;
    if (*object == '"') {
        bool wide = false;
        close = CNS_SCAN_STRING(object + 1, end, &wide);
        if (!close || *close != '"' || end - close < CNS_ANNOTATION_TEXT + 2 * CNS_SCAN_WIDTH) return false;
        if (wide && cns_utf8_valid(object + 1, close) != close) return false;
        if (lines->options.max_literal_bytes && close - object > (int64_t)lines->options.max_literal_bytes + 1) return false;
        at = CNS_FN(annotation_end)(predicate->annotation, close + 1, end);
    } else {
        at = CNS_FN(resource_end)(object, end);
    }
    if (!at || !CNS_ROOM(at) || at - object > 0x3fffffff) return false;
    uint32_t object_length = (uint32_t)(at - object);

    bool wanted = lines->default_wanted;
    if (lines->options.dataset && at[0] == ' ' && at[1] != '.') {
        /* Only the graph of the line before: a change of graph is rare, and for lines.c. */
        if (!lines->graph || end - at < (int64_t)lines->graph_length + 2 * CNS_SCAN_WIDTH || !CNS_SAME(at + 1, lines->graph, lines->graph_length)) return false;
        wanted = lines->graph_wanted;
        at += 1 + lines->graph_length;
    }
    if (at[0] != ' ' || at[1] != '.' || lines->triples >= lines->triple_limit) return false;
    at += 2;
    if (*at == '\r') at++;
    if (*at != '\n') return false;

    /* From here on the line counts. */
    lines->at = at + 1;
    lines->triples++;
    lines->last = (uint32_t)(predicate - lines->seen);
    if (!same) {
        lines->subject = line;
        lines->subject_length = subject_length;
        lines->subject_ready = false;
    }
    if (!wanted) return true;
    if (!predicate->routed && !cns_lines_route(lines, predicate)) return false;
    if (!predicate->route.keep) return true;
    CnsReference value = {CNS_NONE, false};
    if (close) {
        uint32_t datatype = CNS_DT_STRING, language = 0, annotation_length = object_length - (uint32_t)(close + 1 - object);
        if (annotation_length) {
            const CnsSeenAnnotation *annotation = predicate->annotation;
            if (annotation_length != annotation->length || !CNS_SAME(close + 1, annotation->text, annotation_length)) {
                annotation = cns_lines_annotation(lines, close + 1, annotation_length);
                if (!annotation) return false;
                predicate->annotation = annotation;
            }
            datatype = annotation->datatype;
            language = annotation->language;
        }
        value.value = cns_store_literal(lines->store, object + 1, (uint32_t)(close - object - 1), datatype, language, lines->options.copy);
        if (value.value == CNS_NONE) return cns_lines_out_of_memory(lines);
    }
    if (!lines->subject_ready) {
        lines->batch.subject = CNS_FN(node)(lines, lines->subject, subject_length);
        lines->subject_ready = true;
    }
    if (!close) value = CNS_FN(object)(lines, &predicate->route, object, object_length);
    return cns_batch_add(&lines->batch, &predicate->route, value) || cns_lines_out_of_memory(lines);
}

bool CNS_FN(cns_lines)(CnsLines *lines) {
    while (CNS_FN(usual_line)(lines)) {}
    return lines->error->status == CNS_OK;
}

#undef CNS_PASTE2
#undef CNS_PASTE
#undef CNS_FN
#undef CNS_ROOM

#endif
