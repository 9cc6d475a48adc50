shape 0 ex:Fused
     0  VALUES_SELF
     1  NODE_KIND       op none, kinds 1, failed 4; IRI
     2  CLASS           op none, class 0, failed 4; <http://example.org/Dog>
     3  FAIL            op 0                    ; NotConstraintComponent
     4  TALLY_CLEAR
     5  TEST            shape 9                 ; [ sh:property [ sh:minCount 1 ; sh:path ex:c ] ]
     6  JUMP_UNLESS     to 8
     7  TALLY
     8  TEST            shape 9                 ; [ sh:property [ sh:minCount 1 ; sh:path ex:c ] ]
     9  JUMP_UNLESS     to 11
    10  TALLY
    11  FAIL_UNLESS_ONE op 1                    ; XoneConstraintComponent
    12  VALUES_FORWARD  column 2                ; <http://example.org/b>
    13  COUNT           op 35, number 2, number 3, op 36; MinCountConstraintComponent, MaxCountConstraintComponent
    14  VALUES_FORWARD  column 1                ; <http://example.org/a>
    15  MAX_COUNT       op 31, number 1         ; MaxCountConstraintComponent
    16  EACH            to 31, to 23
    17  FITS            fit 0, failed 19        ; http://www.w3.org/2001/XMLSchema#integer, equal or greater than "0", less than "150"
    18  NEXT            to 17, to 23
    19  DATATYPE        op 32, datatype 8       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#integer
    20  RANGE           op 33, value 2147483648, mask 6; MinInclusiveConstraintComponent, "0", equal or greater
    21  RANGE           op 34, value 2147483649, mask 1; MaxExclusiveConstraintComponent, "150", less
    22  JUMP            to 18
    23  VALUES_SELF
    24  CLASS           op none, class 1, failed 26; <http://example.org/Cat>
    25  JUMP            to 30
    26  NODE_KIND       op none, kinds 1, failed 29; IRI
    27  CLASS           op none, class 0, failed 29; <http://example.org/Dog>
    28  JUMP            to 30
    29  FAIL            op 4                    ; OrConstraintComponent
    30  RETURN
    31  MIN_COUNT       op 30, number 1         ; MinCountConstraintComponent
    32  JUMP            to 23
shape 1 ex:Heir
    33  VALUES_SELF
    34  TEST            shape 6                 ; ex:Parent
    35  JUMP_IF         to 38
    36  FAIL            op 6                    ; NodeConstraintComponent
    37  CALL            shape 13                ; [ sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:path ex:name ]
    38  RETURN
shape 2 ex:Holds
    39  RETURN
shape 3 ex:Implied
    40  VALUES_FORWARD  column 0                ; <http://example.org/c>
    41  EACH            to 47, to 47
    42  CLASS           op 48, class 1, failed 44; ClassConstraintComponent, <http://example.org/Cat>
    43  NEXT            to 42, to 47
    44  NODE_KIND       op 47, kinds 3          ; NodeKindConstraintComponent, IRI or blank node
    45  CLASS           op 49, class 5          ; ClassConstraintComponent, <http://example.org/Animal>
    46  JUMP            to 43
    47  VALUES_FORWARD  column 1                ; <http://example.org/a>
    48  EACH            to 56, to 56
    49  FITS            fit 1, failed 51        ; http://www.w3.org/2001/XMLSchema#integer, equal or greater than "5"
    50  NEXT            to 49, to 56
    51  DATATYPE        op 40, datatype 8       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#integer
    52  NODE_KIND       op 39, kinds 4          ; NodeKindConstraintComponent, literal
    53  RANGE           op 41, value 2147483650, mask 6; MinInclusiveConstraintComponent, "5", equal or greater
    54  RANGE           op 42, value 2147483648, mask 6; MinInclusiveConstraintComponent, "0", equal or greater
    55  JUMP            to 50
    56  VALUES_FORWARD  column 2                ; <http://example.org/b>
    57  EACH            to 64, to 64
    58  IN              op 44, set 0, failed 60 ; InConstraintComponent
    59  NEXT            to 58, to 64
    60  MIN_LENGTH      op 43, number 2         ; MinLengthConstraintComponent
    61  DATATYPE        op 45, datatype 0       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#string
    62  PATTERN         op 46, regex 0          ; PatternConstraintComponent
    63  JUMP            to 59
    64  VALUES_FORWARD  column 5                ; <http://example.org/e>
    65  HAS_VALUE       op 54, value 2147483653, failed 75; HasValueConstraintComponent, "1"
    66  MAX_COUNT       op 55, number 1, failed 77; MaxCountConstraintComponent
    67  VALUES_FORWARD  column 4                ; <http://example.org/d>
    68  EACH            to 74, to 74
    69  PATTERN         op 52, regex 1, failed 71; PatternConstraintComponent
    70  NEXT            to 69, to 74
    71  MIN_LENGTH      op 50, number 3         ; MinLengthConstraintComponent
    72  MAX_LENGTH      op 51, number 5         ; MaxLengthConstraintComponent
    73  JUMP            to 70
    74  RETURN
    75  MIN_COUNT       op 53, number 1         ; MinCountConstraintComponent
    76  JUMP            to 66
    77  UNIQUE_LANG     op 56                   ; UniqueLangConstraintComponent
    78  JUMP            to 67
shape 4 ex:Never
    79  VALUES_FORWARD  column 1                ; <http://example.org/a>
    80  COUNT           op 57, number 2, number 1, op 58; MinCountConstraintComponent, MaxCountConstraintComponent
    81  VALUES_FORWARD  column 4                ; <http://example.org/d>
    82  EACH            to 86, to 86
    83  NODE_KIND       op 62, kinds 1          ; NodeKindConstraintComponent, IRI
    84  DATATYPE        op 63, datatype 0       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#string
    85  NEXT            to 83, to 86
    86  VALUES_FORWARD  column 2                ; <http://example.org/b>
    87  EACH            to 90, to 90
    88  FAIL            op 59                   ; InConstraintComponent
    89  NEXT            to 88, to 90
    90  VALUES_FORWARD  column 0                ; <http://example.org/c>
    91  EACH            to 95, to 95
    92  RANGE           op 60, value 2147483650, mask 6; MinInclusiveConstraintComponent, "5", equal or greater
    93  RANGE           op 61, value 2147483650, mask 1; MaxExclusiveConstraintComponent, "5", less
    94  NEXT            to 92, to 95
    95  RETURN
shape 5 ex:Off
    96  RETURN
shape 6 ex:Parent
    97  VALUES_FORWARD  column 3                ; <http://example.org/name>
    98  EACH            to 102, to 101
    99  DATATYPE        op 65, datatype 0       ; DatatypeConstraintComponent, http://www.w3.org/2001/XMLSchema#string
   100  NEXT            to 99, to 101
   101  RETURN
   102  MIN_COUNT       op 64, number 1         ; MinCountConstraintComponent
   103  JUMP            to 101
shape 7 [ sh:class ex:Dog ; sh:nodeKind sh:IRI ]
   104  RETURN
shape 8 [ sh:class ex:Cat ]
   105  RETURN
shape 9 [ sh:property [ sh:minCount 1 ; sh:path ex:c ] ]
   106  VALUES_FORWARD  column 0                ; <http://example.org/c>
   107  MIN_COUNT       op 29, number 1         ; MinCountConstraintComponent
   108  RETURN
shape 10 [ sh:minCount 1 ; sh:path ex:c ]
   109  RETURN
shape 11 [ sh:datatype xsd:integer ; sh:maxCount 1 ; sh:maxExclusive 150 ; sh:minCount 1 ; sh:minInclusive 0 ; sh:path ex:a ]
   110  RETURN
shape 12 [ sh:maxCount 3 ; sh:minCount 2 ; sh:path ex:b ]
   111  RETURN
shape 13 [ sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:path ex:name ]
   112  VALUES_FORWARD  column 3                ; <http://example.org/name>
   113  EACH            to 117, to 116
   114  NODE_KIND       op 38, kinds 4          ; NodeKindConstraintComponent, literal
   115  NEXT            to 114, to 116
   116  RETURN
   117  MIN_COUNT       op 37, number 1         ; MinCountConstraintComponent
   118  JUMP            to 116
shape 14 [ sh:datatype xsd:integer ; sh:minInclusive 5 ; sh:nodeKind sh:Literal ; sh:path ex:a ]
   119  RETURN
shape 15 [ sh:minInclusive 0 ; sh:path ex:a ; sh:severity sh:Warning ]
   120  RETURN
shape 16 [ sh:datatype xsd:string ; sh:in ( "ab" "cd" ) ; sh:minLength 2 ; sh:path ex:b ; sh:pattern "^[a-d]*$" ]
   121  RETURN
shape 17 [ sh:class ex:Cat, ex:Animal ; sh:nodeKind sh:BlankNodeOrIRI ; sh:path ex:c ]
   122  RETURN
shape 18 [ sh:maxLength 5 ; sh:minLength 3 ; sh:path ex:d ; sh:pattern "^[0-9]{5}$" ]
   123  RETURN
shape 19 [ sh:hasValue 1 ; sh:maxCount 1 ; sh:minCount 1 ; sh:path ex:e ; sh:uniqueLang true ]
   124  RETURN
shape 20 [ sh:maxCount 1 ; sh:minCount 2 ; sh:path ex:a ]
   125  RETURN
shape 21 [ sh:in rdf:nil ; sh:path ex:b ]
   126  RETURN
shape 22 [ sh:maxExclusive 5 ; sh:minInclusive 5 ; sh:path ex:c ]
   127  RETURN
shape 23 [ sh:datatype xsd:string ; sh:nodeKind sh:IRI ; sh:path ex:d ]
   128  RETURN
shape 24 [ sh:datatype xsd:string ; sh:minCount 1 ; sh:path ex:name ]
   129  RETURN
