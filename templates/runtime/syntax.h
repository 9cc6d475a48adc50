/* What the readers of RDF's text formats share: UTF-8, escapes, classes of characters, places in a text. */
#ifndef CNS_SYNTAX_H
#define CNS_SYNTAX_H

#include "base.h"

/* Text between its delimiters, as it stands in the input. */
typedef struct {
    const uint8_t *text;
    uint32_t length;
    bool copy; /* it has to be copied to be kept */
} CnsSpan;

/* The length of the well-formed UTF-8 sequence at the place, 0 if there is none. */
uint32_t cns_utf8_sequence(const uint8_t *at, const uint8_t *end, uint32_t *code_point);

/* The first byte that does not belong to well-formed UTF-8; the end if there is none. */
const uint8_t *cns_utf8_valid(const uint8_t *at, const uint8_t *end);

/* Returns how many bytes it wrote, 4 at most. */
uint32_t cns_write_utf8(uint8_t *out, uint32_t code_point);

int cns_hex_digit(uint8_t c);

/* \uXXXX or \UXXXXXXXX; the place is at the u. Returns how many bytes it takes from there, 0 if it is none. */
uint32_t cns_numeric_escape(const uint8_t *at, const uint8_t *end, uint32_t *code_point);

/* What a letter after a backslash stands for in a string, 0 if it is none. */
uint8_t cns_plain_escape(uint8_t c);

/* A text whose escapes were checked before, without them; the result is never longer. */
uint32_t cns_unescape(uint8_t *out, const uint8_t *text, uint32_t length);

bool cns_iri_allows(uint32_t code_point);

/* An absolute IRI begins with a scheme. */
bool cns_iri_is_absolute(const uint8_t *iri, uint32_t length);

/* PN_CHARS_U and PN_CHARS of Turtle. The W3C's tests have it that N-Triples' labels hold no colon either. */
bool cns_name_start(uint32_t code_point);
bool cns_name_part(uint32_t code_point);

/* Lines end with LF, CR or both; columns count bytes. */
typedef struct {
    uint64_t line, column; /* from 1 */
    bool after_return;     /* the byte before was a CR, whose line may go on with an LF */
} CnsPlace;

/* The place behind the bytes, when it was before them. */
void cns_place_advance(CnsPlace *place, const uint8_t *from, const uint8_t *to);

/* Puts the text around a byte into the error: a part of its line, whole characters only. */
void cns_excerpt(const uint8_t *start, const uint8_t *byte, const uint8_t *end, CnsError *error);

/* Fills the error with the place of a byte; `start` is where the place before is. */
void cns_place_error(const CnsPlace *before, const uint8_t *start, const uint8_t *byte, const uint8_t *end, CnsError *error);

#endif
