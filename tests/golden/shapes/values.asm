shape 0 ex:Person
     0  VALUES_SELF
     1  EACH            to 9
     2  CALL            shape 6                 ; [ sh:class ex:Company ; sh:hasValue ex:acme ; sh:nodeKind sh:BlankNodeOrIRI ; sh:path ex:employer ]
     3  CALL            shape 1                 ; [ sh:datatype xsd:string ; sh:maxCount 1 ; sh:maxLength 80 ; sh:minCount 1 ; sh:minLength 1 ; sh:path ex:name ]
     4  CALL            shape 4                 ; [ sh:in ( ex:active ex:retired "none"@en 7 ) ; sh:path ex:status ; sh:severity sh:Warning ]
     5  CALL            shape 2                 ; [ sh:datatype xsd:integer ; sh:maxExclusive 150 ; sh:minInclusive 0 ; sh:path ex:age ]
     6  CALL            shape 5                 ; [ sh:languageIn ( "en" "de" ) ; sh:path ex:label ; sh:uniqueLang true ]
     7  CALL            shape 3                 ; [ sh:flags "i" ; sh:message "bad code"@en ; sh:path ex:code ; sh:pattern "^[A-Z]{2}[0-9]+$" ]
     8  NEXT            to 2
     9  RETURN
shape 1 [ sh:datatype xsd:string ; sh:maxCount 1 ; sh:maxLength 80 ; sh:minCount 1 ; sh:minLength 1 ; sh:path ex:name ]
    10  VALUES_FORWARD  column 0                ; <http://example.org/name>
    11  MIN_COUNT       op 7, number 1          ; MinCountConstraintComponent
    12  MAX_COUNT       op 8, number 1          ; MaxCountConstraintComponent
    13  EACH            to 18
    14  MIN_LENGTH      op 9, number 1          ; MinLengthConstraintComponent
    15  MAX_LENGTH      op 10, number 80        ; MaxLengthConstraintComponent
    16  DATATYPE        op 6, datatype 0        ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#string
    17  NEXT            to 14
    18  RETURN
shape 2 [ sh:datatype xsd:integer ; sh:maxExclusive 150 ; sh:minInclusive 0 ; sh:path ex:age ]
    19  VALUES_FORWARD  column 1                ; <http://example.org/age>
    20  EACH            to 25
    21  DATATYPE        op 11, datatype 8       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#integer
    22  RANGE           op 12, value 2147483648, mask 6; MinInclusiveConstraintComponent, "0", equal or greater
    23  RANGE           op 13, value 2147483649, mask 1; MaxExclusiveConstraintComponent, "150", less
    24  NEXT            to 21
    25  RETURN
shape 3 [ sh:flags "i" ; sh:message "bad code"@en ; sh:path ex:code ; sh:pattern "^[A-Z]{2}[0-9]+$" ]
    26  VALUES_FORWARD  column 2                ; <http://example.org/code>
    27  EACH            to 30
    28  PATTERN         op 14, regex 0          ; PatternConstraintComponent
    29  NEXT            to 28
    30  RETURN
shape 4 [ sh:in ( ex:active ex:retired "none"@en 7 ) ; sh:path ex:status ; sh:severity sh:Warning ]
    31  VALUES_FORWARD  column 3                ; <http://example.org/status>
    32  EACH            to 35
    33  IN              op 15, set 0            ; InConstraintComponent
    34  NEXT            to 33
    35  RETURN
shape 5 [ sh:languageIn ( "en" "de" ) ; sh:path ex:label ; sh:uniqueLang true ]
    36  VALUES_FORWARD  column 4                ; <http://example.org/label>
    37  EACH            to 40
    38  LANGUAGE_IN     op 16, languages 0      ; LanguageInConstraintComponent
    39  NEXT            to 38
    40  UNIQUE_LANG     op 17                   ; UniqueLangConstraintComponent
    41  RETURN
shape 6 [ sh:class ex:Company ; sh:hasValue ex:acme ; sh:nodeKind sh:BlankNodeOrIRI ; sh:path ex:employer ]
    42  VALUES_FORWARD  column 5                ; <http://example.org/employer>
    43  HAS_VALUE       op 20, value 9          ; HasValueConstraintComponent, <http://example.org/acme>
    44  EACH            to 48
    45  NODE_KIND       op 19, kinds 3          ; NodeKindConstraintComponent, IRI or blank node
    46  CLASS           op 18, class 1          ; ClassConstraintComponent, <http://example.org/Company>
    47  NEXT            to 45
    48  RETURN
