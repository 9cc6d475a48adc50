shape 0 ex:Person
     0  VALUES_FORWARD  column 5                ; <http://example.org/employer>
     1  HAS_VALUE       op 18, value 6          ; HasValueConstraintComponent, <http://example.org/acme>
     2  EACH            to 7, to 7
     3  CLASS           op 20, class 0, failed 5; ClassConstraintComponent, <http://example.org/Company>
     4  NEXT            to 3, to 7
     5  NODE_KIND       op 19, kinds 3          ; NodeKindConstraintComponent, IRI or blank node
     6  JUMP            to 4
     7  VALUES_FORWARD  column 0                ; <http://example.org/name>
     8  MAX_COUNT       op 7, number 1          ; MaxCountConstraintComponent
     9  EACH            to 38, to 16
    10  FITS            fit 0, failed 12        ; http://www.w3.org/2001/XMLSchema#string, 1 to 80 characters
    11  NEXT            to 10, to 16
    12  MIN_LENGTH      op 8, number 1          ; MinLengthConstraintComponent
    13  MAX_LENGTH      op 9, number 80         ; MaxLengthConstraintComponent
    14  DATATYPE        op 10, datatype 0       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#string
    15  JUMP            to 11
    16  VALUES_FORWARD  column 3                ; <http://example.org/status>
    17  EACH            to 20, to 20
    18  IN              op 15, set 0            ; InConstraintComponent
    19  NEXT            to 18, to 20
    20  VALUES_FORWARD  column 1                ; <http://example.org/age>
    21  EACH            to 28, to 28
    22  FITS            fit 1, failed 24        ; http://www.w3.org/2001/XMLSchema#integer, equal or greater than "0", less than "150"
    23  NEXT            to 22, to 28
    24  DATATYPE        op 11, datatype 8       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#integer
    25  RANGE           op 12, value 2147483650, mask 6; MinInclusiveConstraintComponent, "0", equal or greater
    26  RANGE           op 13, value 2147483651, mask 1; MaxExclusiveConstraintComponent, "150", less
    27  JUMP            to 23
    28  VALUES_FORWARD  column 4                ; <http://example.org/label>
    29  EACH            to 32, to 32
    30  LANGUAGE_IN     op 16, languages 0      ; LanguageInConstraintComponent
    31  NEXT            to 30, to 32
    32  UNIQUE_LANG     op 17                   ; UniqueLangConstraintComponent
    33  VALUES_FORWARD  column 2                ; <http://example.org/code>
    34  EACH            to 37, to 37
    35  PATTERN         op 14, regex 0          ; PatternConstraintComponent
    36  NEXT            to 35, to 37
    37  RETURN
    38  MIN_COUNT       op 6, number 1          ; MinCountConstraintComponent
    39  JUMP            to 16
shape 1 [ sh:datatype xsd:string ; sh:maxCount 1 ; sh:maxLength 80 ; sh:minCount 1 ; sh:minLength 1 ; sh:path ex:name ]
    40  RETURN
shape 2 [ sh:datatype xsd:integer ; sh:maxExclusive 150 ; sh:minInclusive 0 ; sh:path ex:age ]
    41  RETURN
shape 3 [ sh:flags "i" ; sh:message "bad code"@en ; sh:path ex:code ; sh:pattern "^[A-Z]{2}[0-9]+$" ]
    42  RETURN
shape 4 [ sh:in ( ex:active ex:retired "none"@en 7 ) ; sh:path ex:status ; sh:severity sh:Warning ]
    43  RETURN
shape 5 [ sh:languageIn ( "en" "de" ) ; sh:path ex:label ; sh:uniqueLang true ]
    44  RETURN
shape 6 [ sh:class ex:Company ; sh:hasValue ex:acme ; sh:nodeKind sh:BlankNodeOrIRI ; sh:path ex:employer ]
    45  RETURN
