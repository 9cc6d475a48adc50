"""Shapes and ontology as people write them → the AST. rdflib and pySHACL's files are used here, and nowhere after."""
