/* See hand.h. Plain loops; bounds and patterns are code. */
#include "hand.h"

#define CNS_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

static void add(Hand *hand, uint32_t focus, uint32_t value) { hand->found[hand->count++] = (Found){focus, value}; }

static CnsSlice values(const Hand *hand, unsigned column, uint32_t focus) { return cns_values(hand->store, hand->columns[column], focus); }

static bool is_a(const Hand *hand, uint32_t node, unsigned class_index) { return cns_is_instance(hand->store, node, hand->classes[class_index]); }

/* Every instance of a class, in order. */
#define EACH_INSTANCE(hand, node, class_index)                                                                                 \
    for (uint32_t word = 0; word < (hand)->store->columns[(hand)->types].forward.word_count; word++)                           \
        for (uint64_t bits = (hand)->store->columns[(hand)->types].forward.bits[word]; bits; bits &= bits - 1)                 \
            for (uint32_t node = word * 64 + (uint32_t)__builtin_ctzll(bits), once = is_a(hand, node, class_index); once; once = 0)

static const CnsLiteral *literal_of(const Hand *hand, uint32_t value, uint32_t datatype) {
    if (!cns_is_literal(value)) return NULL;
    const CnsLiteral *literal = cns_literal(hand->store, value);
    return literal->datatype == datatype ? literal : NULL;
}

/* The values of the nodes to come mostly stand behind those of this one: their texts are there in time. */
static void ahead(const Hand *hand, CnsSlice slice, uint32_t i) { cns_prefetch_text(hand->store, slice.items[i + CNS_INDEX_AHEAD]); }

static void at_least(Hand *hand, uint32_t focus, CnsSlice slice, uint32_t least) {
    if (CNS_UNLIKELY(slice.count < least)) add(hand, focus, CNS_NONE);
}

static void at_most(Hand *hand, uint32_t focus, CnsSlice slice, uint32_t most) {
    if (CNS_UNLIKELY(slice.count > most)) add(hand, focus, CNS_NONE);
}

/* An xsd:integer of at most 18 digits, which is all that this data has. */
static bool read_integer(const CnsLiteral *literal, int64_t *out) {
    const uint8_t *at = literal->text, *end = at + literal->length;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (at == end || end - at > 18) return false;
    int64_t number = 0;
    for (; at < end; at++) {
        if (!cns_is_digit(*at)) return false;
        number = number * 10 + (*at - '0');
    }
    *out = negative ? -number : number;
    return true;
}

static int two_digits(const uint8_t *at) { return cns_is_digit(at[0]) && cns_is_digit(at[1]) ? (at[0] - '0') * 10 + at[1] - '0' : -1; }

/* An xsd:date of four digits' years without a zone, which is all that this data has. */
static bool is_date(const CnsLiteral *literal) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const uint8_t *text = literal->text;
    if (literal->length != 10 || text[4] != '-' || text[7] != '-') return false;
    int century = two_digits(text), year = two_digits(text + 2), month = two_digits(text + 5), day = two_digits(text + 8);
    if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1) return false;
    year += century * 100;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap);
}

/* ^[^@ ]+@[^@ ]+$ */
static bool is_address(const CnsLiteral *literal) {
    const uint8_t *at = literal->text, *end = at + literal->length;
    const uint8_t *start = at;
    while (at < end && *at != '@' && *at != ' ') at++;
    if (at == start || at == end || *at != '@') return false;
    start = ++at;
    while (at < end && *at != '@' && *at != ' ') at++;
    return at == end && at > start;
}

/* ---------------------------------------------------------------- counting */

static void counting(Hand *hand) {
    EACH_INSTANCE(hand, node, 0) {
        CnsSlice name = values(hand, 0, node), mail = values(hand, 1, node), phone = values(hand, 2, node);
        at_least(hand, node, name, 1);
        at_most(hand, node, name, 1);
        at_least(hand, node, mail, 1);
        at_most(hand, node, mail, 2);
        at_most(hand, node, phone, 3);
    }
}

/* ---------------------------------------------------------------- datatypes and ranges */

static void ranges(Hand *hand) {
    EACH_INSTANCE(hand, node, 0) {
        CnsSlice age = values(hand, 0, node), day = values(hand, 1, node);
        for (uint32_t i = 0; i < age.count; i++) {
            ahead(hand, age, i);
            const CnsLiteral *literal = literal_of(hand, age.items[i], CNS_DT_INTEGER);
            int64_t number = 0;
            bool good = literal && read_integer(literal, &number);
            if (CNS_UNLIKELY(!good)) add(hand, node, age.items[i]);
            if (CNS_UNLIKELY(!good || number < 18)) add(hand, node, age.items[i]);
            if (CNS_UNLIKELY(!good || number >= 100)) add(hand, node, age.items[i]);
        }
        for (uint32_t i = 0; i < day.count; i++) {
            ahead(hand, day, i);
            const CnsLiteral *literal = literal_of(hand, day.items[i], CNS_DT_DATE);
            if (CNS_UNLIKELY(!literal || !is_date(literal))) add(hand, node, day.items[i]);
        }
    }
}

/* ---------------------------------------------------------------- classes */

static void classes(Hand *hand) {
    EACH_INSTANCE(hand, node, 0) {
        for (unsigned column = 0; column < 2; column++) {
            CnsSlice slice = values(hand, column, node);
            for (uint32_t i = 0; i < slice.count; i++)
                if (CNS_UNLIKELY(!is_a(hand, slice.items[i], column + 1))) add(hand, node, slice.items[i]);
        }
    }
}

/* ---------------------------------------------------------------- patterns */

/* ^[A-Z]{2}-[0-9]+$ */
static bool is_code(const CnsLiteral *literal) {
    const uint8_t *text = literal->text;
    if (literal->length < 4 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z' || text[2] != '-') return false;
    for (uint32_t i = 3; i < literal->length; i++)
        if (!cns_is_digit(text[i])) return false;
    return true;
}

static void patterns(Hand *hand) {
    EACH_INSTANCE(hand, node, 0) {
        CnsSlice mail = values(hand, 0, node), code = values(hand, 1, node);
        for (uint32_t i = 0; i < mail.count; i++) {
            ahead(hand, mail, i);
            if (CNS_UNLIKELY(!is_address(cns_literal(hand->store, mail.items[i])))) add(hand, node, mail.items[i]);
        }
        for (uint32_t i = 0; i < code.count; i++) {
            ahead(hand, code, i);
            if (CNS_UNLIKELY(!is_code(cns_literal(hand->store, code.items[i])))) add(hand, node, code.items[i]);
        }
    }
}

/* ---------------------------------------------------------------- logic */

static void logic(Hand *hand) {
    EACH_INSTANCE(hand, node, 0) {
        bool first = values(hand, 0, node).count >= 1, second = values(hand, 1, node).count >= 1;
        if (CNS_UNLIKELY(!first && !second)) add(hand, node, node);
        if (CNS_UNLIKELY(is_a(hand, node, 1))) add(hand, node, node);
        CnsSlice knows = values(hand, 2, node);
        for (uint32_t i = 0; i < knows.count; i++)
            if (CNS_UNLIKELY(is_a(hand, knows.items[i], 0) == is_a(hand, knows.items[i], 2))) add(hand, node, knows.items[i]);
    }
}

/* ---------------------------------------------------------------- closed */

static void closed(Hand *hand) {
    const CnsStore *store = hand->store;
    EACH_INSTANCE(hand, node, 0) {
        CnsSlice rest = cns_index_get(&store->rest.forward, node);
        for (uint32_t i = 0; i < rest.count; i++) add(hand, node, store->rest_pairs.items[2 * (size_t)rest.items[i] + 1]);
    }
}

/* ---------------------------------------------------------------- paths */

static void paths(Hand *hand) {
    const CnsStore *store = hand->store;
    EACH_INSTANCE(hand, node, 0) {
        CnsSlice heads = cns_subjects(store, hand->columns[0], node);
        at_least(hand, node, heads, 1);
        at_most(hand, node, heads, 1);
        /* Members' mentors, each once: sh:class. */
        CnsSlice members = values(hand, 1, node);
        for (uint32_t i = 0; i < members.count; i++) {
            CnsSlice mentors = values(hand, 2, members.items[i]);
            for (uint32_t j = 0; j < mentors.count; j++) {
                if (!CNS_UNLIKELY(!is_a(hand, mentors.items[j], 1))) continue;
                bool seen = false;
                for (uint32_t k = hand->count; k-- > 0 && hand->found[k].focus == node;)
                    if (hand->found[k].value == mentors.items[j]) seen = true;
                if (!seen) add(hand, node, mentors.items[j]);
            }
        }
    }
}

/* ---------------------------------------------------------------- a university: stress/university.py */

enum { NAME, MAIL, PHONE, WORKS, TEACHES, DEGREE, AGE, ADVISOR, TAKES, MEMBER, PART_OF, HEAD, AUTHOR, DATE };
enum { PERSON, FACULTY, FULL, GRADUATE, UNDERGRADUATE, DEPARTMENT, PUBLICATION, COURSE, UNIVERSITY, PROFESSOR, GRADUATE_COURSE };

static void all_are(Hand *hand, uint32_t node, CnsSlice slice, unsigned class_index) {
    for (uint32_t i = 0; i < slice.count; i++)
        if (CNS_UNLIKELY(!is_a(hand, slice.items[i], class_index))) add(hand, node, slice.items[i]);
}

static void person(Hand *hand, uint32_t node) {
    const CnsStore *store = hand->store;
    if (CNS_UNLIKELY(store->nodes[node].type != CNS_NODE_IRI)) add(hand, node, node);
    CnsSlice name = values(hand, NAME, node), mail = values(hand, MAIL, node), phone = values(hand, PHONE, node);
    at_least(hand, node, name, 1);
    at_most(hand, node, name, 1);
    for (uint32_t i = 0; i < name.count; i++)
        if (CNS_UNLIKELY(!literal_of(hand, name.items[i], CNS_DT_STRING))) add(hand, node, name.items[i]);
    at_most(hand, node, mail, 1);
    for (uint32_t i = 0; i < mail.count; i++) {
        ahead(hand, mail, i);
        if (CNS_UNLIKELY(!literal_of(hand, mail.items[i], CNS_DT_STRING))) add(hand, node, mail.items[i]);
        if (CNS_UNLIKELY(!cns_is_literal(mail.items[i]) || !is_address(cns_literal(store, mail.items[i])))) add(hand, node, mail.items[i]);
    }
    for (uint32_t i = 0; i < phone.count; i++) {
        ahead(hand, phone, i);
        const CnsLiteral *literal = literal_of(hand, phone.items[i], CNS_DT_STRING);
        if (CNS_UNLIKELY(!literal)) add(hand, node, phone.items[i]);
        if (CNS_UNLIKELY(!literal || cns_utf8_length(literal->text, literal->length) < 7)) add(hand, node, phone.items[i]);
    }
}

static void graduate(Hand *hand, uint32_t node) {
    CnsSlice advisor = values(hand, ADVISOR, node), takes = values(hand, TAKES, node);
    bool good = advisor.count >= 1 && takes.count >= 1 && takes.count <= 4;
    for (uint32_t i = 0; good && i < advisor.count; i++) good = is_a(hand, advisor.items[i], PROFESSOR);
    if (CNS_UNLIKELY(!good)) add(hand, node, node);
    for (uint32_t i = 0; i < takes.count; i++)
        if (CNS_UNLIKELY(!is_a(hand, takes.items[i], GRADUATE_COURSE) && !is_a(hand, takes.items[i], COURSE))) add(hand, node, takes.items[i]);
}

static void undergraduate(Hand *hand, uint32_t node) {
    CnsSlice takes = values(hand, TAKES, node), member = values(hand, MEMBER, node);
    at_least(hand, node, takes, 1);
    all_are(hand, node, takes, COURSE);
    at_least(hand, node, member, 1);
    at_most(hand, node, member, 1);
    for (uint32_t i = 0; i < member.count; i++) {
        uint32_t value = member.items[i];
        if (CNS_UNLIKELY(cns_is_literal(value) || hand->store->nodes[value].type != CNS_NODE_IRI)) add(hand, node, value);
        if (CNS_UNLIKELY(!is_a(hand, value, DEPARTMENT))) add(hand, node, value);
    }
}

static void university(Hand *hand) {
    EACH_INSTANCE(hand, node, PERSON) person(hand, node);
    EACH_INSTANCE(hand, node, FACULTY) {
        CnsSlice works = values(hand, WORKS, node), teaches = values(hand, TEACHES, node), degree = values(hand, DEGREE, node);
        at_least(hand, node, works, 1);
        all_are(hand, node, works, DEPARTMENT);
        at_least(hand, node, teaches, 1);
        all_are(hand, node, teaches, COURSE);
        at_most(hand, node, degree, 1);
        all_are(hand, node, degree, UNIVERSITY);
    }
    EACH_INSTANCE(hand, node, FULL) {
        CnsSlice age = values(hand, AGE, node);
        for (uint32_t i = 0; i < age.count; i++) {
            ahead(hand, age, i);
            const CnsLiteral *literal = literal_of(hand, age.items[i], CNS_DT_INTEGER);
            int64_t number = 0;
            bool good = literal && read_integer(literal, &number);
            if (CNS_UNLIKELY(!good)) add(hand, node, age.items[i]);
            if (CNS_UNLIKELY(!good || number < 25)) add(hand, node, age.items[i]);
            if (CNS_UNLIKELY(!good || number >= 100)) add(hand, node, age.items[i]);
        }
    }
    EACH_INSTANCE(hand, node, GRADUATE) graduate(hand, node);
    EACH_INSTANCE(hand, node, UNDERGRADUATE) undergraduate(hand, node);
    EACH_INSTANCE(hand, node, DEPARTMENT) {
        CnsSlice part = values(hand, PART_OF, node), head = cns_subjects(hand->store, hand->columns[HEAD], node);
        at_least(hand, node, part, 1);
        all_are(hand, node, part, UNIVERSITY);
        at_least(hand, node, head, 1);
        at_most(hand, node, head, 1);
    }
    EACH_INSTANCE(hand, node, PUBLICATION) {
        CnsSlice author = values(hand, AUTHOR, node), date = values(hand, DATE, node);
        at_least(hand, node, author, 1);
        all_are(hand, node, author, PERSON);
        at_most(hand, node, date, 1);
        for (uint32_t i = 0; i < date.count; i++) {
            ahead(hand, date, i);
            const CnsLiteral *literal = literal_of(hand, date.items[i], CNS_DT_DATE);
            if (CNS_UNLIKELY(!literal || !is_date(literal))) add(hand, node, date.items[i]);
        }
    }
}

/* ---------------------------------------------------------------- all of them */

const HandWorkload hand_workloads[] = {
    {"counting", {"name", "mail", "phone"}, {"Person"}, counting},
    {"ranges", {"age", "day"}, {"Person"}, ranges},
    {"classes", {"knows", "worksFor"}, {"Person", "Person", "Company"}, classes},
    {"patterns", {"mail", "code"}, {"Person"}, patterns},
    {"logic", {"mail", "phone", "knows"}, {"Person", "Company", "Robot"}, logic},
    {"closed", {NULL}, {"Person"}, closed},
    {"paths", {"heads", "member", "mentor"}, {"Company", "Person"}, paths},
    {"university",
     {"name", "emailAddress", "telephone", "worksFor", "teacherOf", "doctoralDegreeFrom", "age", "advisor", "takesCourse", "memberOf",
      "subOrganizationOf", "headOf", "publicationAuthor", "publicationDate"},
     {"Person", "Faculty", "FullProfessor", "GraduateStudent", "UndergraduateStudent", "Department", "Publication", "Course", "University",
      "Professor", "GraduateCourse"},
     university},
};
const unsigned hand_workload_count = sizeof hand_workloads / sizeof *hand_workloads;
