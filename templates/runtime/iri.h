/* References to IRIs, resolved against a base as RFC 3986 (section 5.2) has it; nothing is normalised. */
#ifndef CNS_IRI_H
#define CNS_IRI_H

#include "base.h"

typedef struct {
    const uint8_t *text;
    uint32_t length;
    bool present; /* "http://a?" has a query, which is empty; "http://a" has none */
} CnsIriPart;

typedef struct {
    CnsIriPart scheme, authority, path, query, fragment; /* without the signs that set them off */
} CnsIri;

/* The parts point into the text. */
void cns_iri_split(const uint8_t *text, uint32_t length, CnsIri *iri);

/* The reference, which has no scheme, made absolute. `out` has room for the base, the reference and CNS_IRI_ROOM more;
   returns how many bytes it is. */
enum { CNS_IRI_ROOM = 8 };
uint32_t cns_iri_resolve(const CnsIri *base, const uint8_t *reference, uint32_t length, uint8_t *out);

#endif
