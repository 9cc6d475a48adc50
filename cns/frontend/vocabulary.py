"""Every term of the ``sh:`` namespace that some SHACL document defines, by what it means to cns."""

from __future__ import annotations

from cns.frontend.constraints import PARAMETERS
from cns.terms import Iri
from cns.vocab import sh


def _terms(names: str) -> frozenset[Iri]:
    return frozenset(map(sh, names.split()))


TARGETS = _terms("targetNode targetClass targetSubjectsOf targetObjectsOf")

PATH_TERMS = _terms("path alternativePath inversePath zeroOrMorePath oneOrMorePath zeroOrOnePath")

NOT_VALIDATING = _terms(
    "name description order group defaultValue message severity deactivated declare prefix prefixes namespace "
    "shapesGraph suggestedShapesGraph shapesGraphWellFormed codeIdentifier intent agentInstruction unit"
)

RESULT_TERMS = _terms(
    "conforms result detail focusNode value resultPath resultSeverity resultMessage resultAnnotation sourceShape "
    "sourceConstraint sourceConstraintComponent conformanceDisallows annotationProperty annotationValue "
    "annotationVarName"
)

SPARQL_TERMS = _terms(
    "sparql select ask construct update validator nodeValidator propertyValidator parameter optional labelTemplate "
    "keyParameter returnType target targetType rule condition subject predicate object expression values filterShape "
    "nodes this union intersection minus distinct count min max sum offset limit orderBy desc groupConcat separator "
    "exists if then else js jsFunctionName jsLibrary jsLibraryURL entailment bodyExpression nodeShape remove"
)

NEWER_PARAMETERS = _terms(
    "singleLine someValue memberShape minListLength maxListLength uniqueMembers uniqueValuesFor subsetOf rootClass "
    "reifierShape reificationRequired nodeByExpression sparqlExpr targetWhere shape datatypes propertyValues "
    "inSubjectsShape xoneSubjectsShape inSubjectsShapeInPropertyShape inSubjectsShapeXonePropertyShape "
    "xoneSubjectsShapeXonePropertyShape"
)
"""Parameters of the SHACL 1.2 drafts: they constrain, and cns does not know how."""

PREDICATES = (
    frozenset(PARAMETERS) | TARGETS | PATH_TERMS | NOT_VALIDATING | RESULT_TERMS | SPARQL_TERMS | NEWER_PARAMETERS
)

CLASSES = _terms(
    "Shape NodeShape PropertyShape NodeKind Severity Parameterizable Parameter ConstraintComponent Constraint "
    "Validator ValidationReport ValidationResult AbstractResult PrefixDeclaration PropertyGroup ResultAnnotation "
    "Target TargetType Function Rule TripleRule JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget "
    "JSTargetType JSValidator SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable "
    "SPARQLExecutable SPARQLFunction SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget "
    "SPARQLTargetType SPARQLUpdateExecutable NodeExpression NamedParameterExpression ListParameterExpression "
    "NodeExpressionFunction NamedParameterExpressionFunction ListParameterExpressionFunction ShapesGraph ShapeClass"
)

SEVERITIES = _terms("Violation Warning Info Debug Trace")
