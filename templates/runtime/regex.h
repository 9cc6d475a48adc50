/* Runs what the pattern compiler made: a DFA over classes of characters, or a bounded NFA where the DFA would be too large.
   Linear in the length of the text, whatever the pattern. */
#ifndef CNS_REGEX_H
#define CNS_REGEX_H

#include "base.h"

/* True if the words are a well-formed machine: every state, class and jump in range. Untrusted input. */
bool cns_regex_verify(const uint32_t *words, size_t word_count);

/* How many 32-bit words of scratch cns_regex_search wants; 0 for a DFA. Of a verified machine. */
uint32_t cns_regex_scratch_words(const uint32_t *words);

/* The rest of a text, from a state of a DFA on: for patterns that are code up to what is not ASCII. */
bool cns_regex_go_on(const uint32_t *words, uint32_t state, const uint8_t *text, const uint8_t *end);

/* True if the pattern matches somewhere in the text (SPARQL's REGEX). The machine must have been verified. */
bool cns_regex_search(const uint32_t *words, const uint8_t *text, size_t length, uint32_t *scratch);

#endif
