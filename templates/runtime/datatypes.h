/* The datatypes that the runtime knows by meaning, once. Another one is CNS_DATATYPE_FIRST_CUSTOM + the node id of its IRI. */
#ifndef CNS_DATATYPES_H
#define CNS_DATATYPES_H

#define CNS_XSD "http://www.w3.org/2001/XMLSchema#"
#define CNS_RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

#define CNS_DATATYPES(X)                                   \
    X(STRING, CNS_XSD "string")                            \
    X(LANG_STRING, CNS_RDF "langString")                   \
    X(DIR_LANG_STRING, CNS_RDF "dirLangString")            \
    X(HTML, CNS_RDF "HTML")                                \
    X(XML_LITERAL, CNS_RDF "XMLLiteral")                   \
    X(JSON, CNS_RDF "JSON")                                \
    X(BOOLEAN, CNS_XSD "boolean")                          \
    X(DECIMAL, CNS_XSD "decimal")                          \
    X(INTEGER, CNS_XSD "integer")                          \
    X(NON_NEGATIVE_INTEGER, CNS_XSD "nonNegativeInteger")  \
    X(NON_POSITIVE_INTEGER, CNS_XSD "nonPositiveInteger")  \
    X(POSITIVE_INTEGER, CNS_XSD "positiveInteger")         \
    X(NEGATIVE_INTEGER, CNS_XSD "negativeInteger")         \
    X(LONG, CNS_XSD "long")                                \
    X(INT, CNS_XSD "int")                                  \
    X(SHORT, CNS_XSD "short")                              \
    X(BYTE, CNS_XSD "byte")                                \
    X(UNSIGNED_LONG, CNS_XSD "unsignedLong")               \
    X(UNSIGNED_INT, CNS_XSD "unsignedInt")                 \
    X(UNSIGNED_SHORT, CNS_XSD "unsignedShort")             \
    X(UNSIGNED_BYTE, CNS_XSD "unsignedByte")               \
    X(FLOAT, CNS_XSD "float")                              \
    X(DOUBLE, CNS_XSD "double")                            \
    X(DATE_TIME, CNS_XSD "dateTime")                       \
    X(DATE_TIME_STAMP, CNS_XSD "dateTimeStamp")            \
    X(DATE, CNS_XSD "date")                                \
    X(TIME, CNS_XSD "time")                                \
    X(G_YEAR, CNS_XSD "gYear")                             \
    X(G_YEAR_MONTH, CNS_XSD "gYearMonth")                  \
    X(G_MONTH, CNS_XSD "gMonth")                           \
    X(G_MONTH_DAY, CNS_XSD "gMonthDay")                    \
    X(G_DAY, CNS_XSD "gDay")                               \
    X(DURATION, CNS_XSD "duration")                        \
    X(DAY_TIME_DURATION, CNS_XSD "dayTimeDuration")        \
    X(YEAR_MONTH_DURATION, CNS_XSD "yearMonthDuration")    \
    X(ANY_URI, CNS_XSD "anyURI")                           \
    X(BASE64_BINARY, CNS_XSD "base64Binary")               \
    X(HEX_BINARY, CNS_XSD "hexBinary")                     \
    X(NORMALIZED_STRING, CNS_XSD "normalizedString")       \
    X(TOKEN, CNS_XSD "token")                              \
    X(LANGUAGE, CNS_XSD "language")                        \
    X(NAME, CNS_XSD "Name")                                \
    X(NCNAME, CNS_XSD "NCName")                            \
    X(NMTOKEN, CNS_XSD "NMTOKEN")                          \
    X(QNAME, CNS_XSD "QName")

typedef enum {
#define CNS_X(name, iri) CNS_DT_##name,
    CNS_DATATYPES(CNS_X)
#undef CNS_X
    CNS_DATATYPE_COUNT
} CnsDatatype;

enum { CNS_DATATYPE_FIRST_CUSTOM = 64 };

#endif
