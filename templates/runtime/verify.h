/* Whether the tables and the code of a mapped program are sound. Used by the loader alone. */
#ifndef CNS_VERIFY_H
#define CNS_VERIFY_H

#include "program.h"

/* Fills in the program's maxima. False with the reason in the error. */
bool cns_program_verify(CnsProgram *program, CnsError *error);

/* Writes the reason; false, so that it can be returned. */
__attribute__((format(printf, 2, 3))) bool cns_program_refuse(CnsError *error, const char *format, ...);

#endif
