/* References to IRIs, resolved against a base. */
#include "iri.h"

#include "syntax.h"

/* Takes what stands before the first of the stops, or all there is. */
static CnsIriPart iri_until(const uint8_t **at, const uint8_t *end, const char *stops) {
    const uint8_t *start = *at;
    while (*at < end && (!**at || !strchr(stops, **at))) ++*at;
    return (CnsIriPart){start, (uint32_t)(*at - start), true};
}

void cns_iri_split(const uint8_t *text, uint32_t length, CnsIri *iri) {
    const uint8_t *at = text, *end = text + length;
    memset(iri, 0, sizeof *iri);
    if (cns_iri_is_absolute(text, length)) {
        iri->scheme = iri_until(&at, end, ":");
        at++;
    }
    if (end - at >= 2 && at[0] == '/' && at[1] == '/') {
        at += 2;
        iri->authority = iri_until(&at, end, "/?#");
    }
    iri->path = iri_until(&at, end, "?#");
    if (at < end && *at == '?') {
        at++;
        iri->query = iri_until(&at, end, "#");
    }
    if (at < end) {
        at++;
        iri->fragment = iri_until(&at, end, "");
    }
}

static uint8_t *iri_put(uint8_t *out, const uint8_t *text, uint32_t length) {
    if (length) memcpy(out, text, length);
    return out + length;
}

static uint8_t *iri_put_part(uint8_t *out, const char *before, const CnsIriPart *part, const char *after) {
    if (!part->present) return out;
    out = iri_put(out, (const uint8_t *)before, (uint32_t)strlen(before));
    out = iri_put(out, part->text, part->length);
    return iri_put(out, (const uint8_t *)after, (uint32_t)strlen(after));
}

/* The segment at the place is "." or "..": how many dots, else 0. */
static uint32_t dot_segment(const uint8_t *at, const uint8_t *end) {
    uint32_t dots = 0;
    while (dots < 3 && at + dots < end && at[dots] == '.') dots++;
    return dots && dots < 3 && (at + dots == end || at[dots] == '/') ? dots : 0;
}

/* Section 5.2.4, segment by segment and in place: what is written never overtakes what is read. */
static uint8_t *remove_dot_segments(uint8_t *path, uint8_t *end) {
    uint8_t *out = path;
    const uint8_t *at = path;
    if (at < end && *at == '/') *out++ = *at++;
    const uint8_t *root = out; /* no ".." leads above it */
    while (at < end) {
        uint32_t dots = dot_segment(at, end);
        if (dots) {
            at += dots;
            if (dots == 2 && out > root) {
                out--; /* its slash */
                while (out > root && out[-1] != '/') out--;
            }
            if (at < end) at++;
            continue;
        }
        while (at < end && *at != '/') *out++ = *at++;
        if (at < end) *out++ = *at++;
    }
    return out;
}

static uint8_t *put_merged_path(uint8_t *out, const CnsIri *base, const CnsIri *reference) {
    const CnsIriPart *path = &base->path;
    uint8_t *start = out;
    if (reference->path.length && reference->path.text[0] == '/') {
        out = iri_put(out, reference->path.text, reference->path.length);
    } else if (base->authority.present && path->length == 0) {
        *out++ = '/';
        out = iri_put(out, reference->path.text, reference->path.length);
    } else {
        uint32_t kept = path->length;
        while (kept && path->text[kept - 1] != '/') kept--;
        out = iri_put(out, path->text, kept);
        out = iri_put(out, reference->path.text, reference->path.length);
    }
    return remove_dot_segments(start, out);
}

uint32_t cns_iri_resolve(const CnsIri *base, const uint8_t *text, uint32_t length, uint8_t *out) {
    CnsIri reference;
    uint8_t *start = out;
    cns_iri_split(text, length, &reference);
    out = iri_put_part(out, "", &base->scheme, ":");
    if (reference.authority.present) {
        out = iri_put_part(out, "//", &reference.authority, "");
        uint8_t *path = out;
        out = remove_dot_segments(path, iri_put(path, reference.path.text, reference.path.length));
    } else {
        out = iri_put_part(out, "//", &base->authority, "");
        out = reference.path.length ? put_merged_path(out, base, &reference) : iri_put(out, base->path.text, base->path.length);
    }
    const CnsIriPart *query = reference.query.present || reference.authority.present || reference.path.length ? &reference.query : &base->query;
    out = iri_put_part(out, "?", query, "");
    out = iri_put_part(out, "#", &reference.fragment, "");
    return (uint32_t)(out - start);
}
