"""Random shapes whose checks have something to do with each other: many of the same values, spread over shapes,
inherited and repeated."""

from __future__ import annotations

from hypothesis import strategies as st
from rdflib import RDFS

from tests.differential.strategies import (
    CLASSES,
    NODE_COMPONENTS,
    PREDICATES,
    PROPERTY_COMPONENTS,
    SH,
    Case,
    Profile,
    ShapesBuilder,
    data_of,
)

VALUE_CHECKS = frozenset(PROPERTY_COMPONENTS) - {
    *("not", "and", "or", "xone", "node", "property", "siblings", "qualified", "closed", "equals")
}
RELATED = Profile(components=VALUE_CHECKS, predicates=tuple(PREDICATES[:2]), walking_paths=False)


@st.composite
def related(draw: st.DrawFn) -> Case:
    """A node shape with several property shapes for one path, and a parent that has some as well."""
    profile = RELATED
    theme = draw(st.sampled_from(profile.themes))
    builder = ShapesBuilder(draw, profile, theme, profile.components)
    parent = builder.name(blank=builder.chance(2))
    child = builder.name(blank=builder.chance(2))
    for shape in (parent, child):
        for _ in range(builder.count(0, 2)):
            builder.component(shape, [c for c in NODE_COMPONENTS if c in VALUE_CHECKS])
        for _ in range(builder.count(1, 3)):
            builder.add(shape, SH.property, property_shape(builder))
    builder.add(child, builder.pick([SH.node, SH.node, SH["not"]]), parent)
    for shape in (child, parent) if builder.chance(2) else (child,):
        builder.add(shape, SH.targetSubjectsOf, profile.predicates[0])
    data = draw(data_of(profile, theme))
    classes = draw(
        st.lists(st.tuples(st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES)), max_size=4)
    )
    return Case(tuple(builder.triples), tuple(data), tuple(classes))


def property_shape(builder: ShapesBuilder) -> object:
    shape = builder.name(blank=not builder.chance(4))
    builder.add(shape, SH.path, builder.pick(PREDICATES[:1] * 3 + PREDICATES[1:2]))
    for _ in range(builder.count(1, 5)):
        builder.component(shape, sorted(VALUE_CHECKS))
    if builder.chance(4):
        builder.add(shape, SH.severity, SH.Warning)
    return shape
