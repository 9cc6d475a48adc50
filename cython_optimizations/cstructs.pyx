# cython: language_level=3
"""The layout of the C structs as Python sees it: names of sections, fields and instructions, read from the C headers."""

from cpython.buffer cimport PyBUF_SIMPLE, Py_buffer, PyBuffer_Release, PyObject_GetBuffer

from cython_optimizations.cstructs cimport (
    CNS_DATATYPE_COUNT, CNS_DATATYPE_FIRST_CUSTOM, CNS_INSTRUCTION_COUNT, CNS_LITERAL_BIT, CNS_NONE,
    CNS_COLUMN_FORWARD, CNS_COLUMN_INVERSE, CNS_ACCEPT_LESS, CNS_ACCEPT_EQUAL,
    CNS_ACCEPT_GREATER, CNS_NODE_KIND_IRI, CNS_NODE_KIND_BLANK, CNS_NODE_KIND_LITERAL,
    CNS_TERM_IRI, CNS_TERM_BLANK, CNS_TERM_LITERAL, CNS_TARGET_NODE,
    CNS_TARGET_CLASS, CNS_TARGET_SUBJECTS_OF, CNS_TARGET_OBJECTS_OF, CNS_PATH_PREDICATE,
    CNS_PATH_INVERSE, CNS_PATH_SEQUENCE, CNS_PATH_ALTERNATIVE, CNS_PATH_ZERO_OR_MORE,
    CNS_PATH_ONE_OR_MORE, CNS_PATH_ZERO_OR_ONE,
    CNS_PROGRAM_MAGIC, CNS_PROGRAM_VERSION, CNS_SECTION_COUNT,
    cns_datatype_iri, cns_instruction_name, cns_instruction_operands, cns_program_checksum,
    cns_section_field, cns_section_name, CnsLiteral, CnsNode, uint8_t,
)


def _fields(unsigned int section):
    names = []
    while cns_section_field(section, <unsigned int>len(names)) != NULL:
        names.append(cns_section_field(section, <unsigned int>len(names)).decode("ascii"))
    return tuple(names)


NONE = <unsigned int>CNS_NONE
LITERAL_BIT = <unsigned int>CNS_LITERAL_BIT
FIRST_CUSTOM_DATATYPE = <unsigned int>CNS_DATATYPE_FIRST_CUSTOM
PROGRAM_MAGIC = <bytes>CNS_PROGRAM_MAGIC
PROGRAM_VERSION = <unsigned int>CNS_PROGRAM_VERSION

# The small numbers of program.h: flags, masks and kinds.
COLUMN_FORWARD = <unsigned int>CNS_COLUMN_FORWARD
COLUMN_INVERSE = <unsigned int>CNS_COLUMN_INVERSE
ACCEPT_LESS = <unsigned int>CNS_ACCEPT_LESS
ACCEPT_EQUAL = <unsigned int>CNS_ACCEPT_EQUAL
ACCEPT_GREATER = <unsigned int>CNS_ACCEPT_GREATER
NODE_KIND_IRI = <unsigned int>CNS_NODE_KIND_IRI
NODE_KIND_BLANK = <unsigned int>CNS_NODE_KIND_BLANK
NODE_KIND_LITERAL = <unsigned int>CNS_NODE_KIND_LITERAL
TERM_IRI = <unsigned int>CNS_TERM_IRI
TERM_BLANK = <unsigned int>CNS_TERM_BLANK
TERM_LITERAL = <unsigned int>CNS_TERM_LITERAL
TARGET_NODE = <unsigned int>CNS_TARGET_NODE
TARGET_CLASS = <unsigned int>CNS_TARGET_CLASS
TARGET_SUBJECTS_OF = <unsigned int>CNS_TARGET_SUBJECTS_OF
TARGET_OBJECTS_OF = <unsigned int>CNS_TARGET_OBJECTS_OF
PATH_PREDICATE = <unsigned int>CNS_PATH_PREDICATE
PATH_INVERSE = <unsigned int>CNS_PATH_INVERSE
PATH_SEQUENCE = <unsigned int>CNS_PATH_SEQUENCE
PATH_ALTERNATIVE = <unsigned int>CNS_PATH_ALTERNATIVE
PATH_ZERO_OR_MORE = <unsigned int>CNS_PATH_ZERO_OR_MORE
PATH_ONE_OR_MORE = <unsigned int>CNS_PATH_ONE_OR_MORE
PATH_ZERO_OR_ONE = <unsigned int>CNS_PATH_ZERO_OR_ONE

# The sections in the order of the file; the last two hold bytes and have no fields.
SECTIONS = {cns_section_name(i).decode("ascii"): _fields(i) for i in range(CNS_SECTION_COUNT)}

# name -> (code, the letters of its operands)
INSTRUCTIONS = {
    cns_instruction_name(i).decode("ascii"): (i, cns_instruction_operands(i).decode("ascii"))
    for i in range(CNS_INSTRUCTION_COUNT)
}

# datatype IRI -> its number
DATATYPES = {cns_datatype_iri(i).decode("ascii"): i for i in range(CNS_DATATYPE_COUNT)}

# The fields of a hit, in order.
HIT_FIELDS = ("op", "focus", "value", "path")


# Structs of the store that are seen as arrays: size, then name -> (NumPy's name of the type, place). A node's `type` is in
# the lowest two bits of what follows its length.
NODE_LAYOUT = (sizeof(CnsNode), {
    "text": ("<u8", <size_t>&(<CnsNode *>NULL).text),
    "length": ("<u4", <size_t>&(<CnsNode *>NULL).length),
    "type": ("<u4", <size_t>&(<CnsNode *>NULL).length + 4),
})
LITERAL_LAYOUT = (sizeof(CnsLiteral), {
    "text": ("<u8", <size_t>&(<CnsLiteral *>NULL).text),
    "length": ("<u4", <size_t>&(<CnsLiteral *>NULL).length),
    "hash": ("<u4", <size_t>&(<CnsLiteral *>NULL).hash),
    "datatype": ("<u4", <size_t>&(<CnsLiteral *>NULL).datatype),
    "language": ("<u4", <size_t>&(<CnsLiteral *>NULL).language),
})


def checksum(body not None):
    """The checksum of a program's body."""
    cdef Py_buffer view
    PyObject_GetBuffer(body, &view, PyBUF_SIMPLE)
    try:
        return cns_program_checksum(<const uint8_t *>view.buf if view.len else NULL, <size_t>view.len)
    finally:
        PyBuffer_Release(&view)


def dtype(fields):
    """The NumPy dtype of a struct with these fields; NumPy is imported only here."""
    import numpy

    return numpy.dtype([(name, "<u4") for name in fields])


def struct_dtype(layout):
    """The NumPy dtype of a struct with this layout."""
    import numpy

    size, fields = layout
    formats, offsets = zip(*fields.values())
    return numpy.dtype({"names": list(fields), "formats": formats, "offsets": offsets, "itemsize": size})
