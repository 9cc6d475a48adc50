shape 0 ex:A
     0  VALUES_SELF
     1  NODE_KIND       op 0, kinds 1           ; NodeKindConstraintComponent, IRI
     2  RETURN
shape 1 ex:B
     3  VALUES_SELF
     4  CLASS           op 1, class 0           ; ClassConstraintComponent, <http://example.org/C>
     5  RETURN
shape 2 ex:Logic
     6  VALUES_SELF
     7  FAIL            op 2                    ; NotConstraintComponent
     8  TALLY_CLEAR
     9  TEST            shape 3                 ; ex:Off
    10  JUMP_UNLESS     to 12
    11  TALLY
    12  NODE_KIND       op none, kinds 1, failed 15; IRI
    13  TALLY
    14  JUMP_TALLY      to 17, number 2
    15  CLASS           op none, class 0, failed 17; <http://example.org/C>
    16  TALLY
    17  FAIL_UNLESS_ONE op 3                    ; XoneConstraintComponent
    18  NODE_KIND       op none, kinds 1, failed 48; IRI
    19  CLASS           op none, class 0, failed 48; <http://example.org/C>
    20  CLOSED          op 5, closed 0          ; ClosedConstraintComponent
    21  NODE_KIND       op none, kinds 1, failed 50; IRI
    22  VALUES_FORWARD  column 1                ; <http://example.org/r>
    23  TALLY_CLEAR
    24  EACH            to 29, to 29
    25  CLASS           op none, class 0, failed 28; <http://example.org/C>
    26  TALLY
    27  JUMP_TALLY      to 29, number 1
    28  NEXT            to 25, to 29
    29  MIN_TALLY       op 13, number 1         ; QualifiedMinCountConstraintComponent
    30  VALUES_FORWARD  column 0                ; <http://example.org/p>
    31  TALLY_CLEAR
    32  EACH            to 39, to 39
    33  NODE_KIND       op none, kinds 1, failed 38; IRI
    34  CLASS           op none, class 0, failed 36; <http://example.org/C>
    35  JUMP            to 38
    36  TALLY
    37  JUMP_TALLY      to 39, number 3
    38  NEXT            to 33, to 39
    39  MIN_TALLY       op 11, number 1         ; QualifiedMinCountConstraintComponent
    40  MAX_TALLY       op 12, number 2         ; QualifiedMaxCountConstraintComponent
    41  VALUES_SELF
    42  NODE_KIND       op none, kinds 1, failed 44; IRI
    43  JUMP            to 47
    44  NODE_KIND       op none, kinds 4, failed 46; literal
    45  JUMP            to 47
    46  FAIL            op 9                    ; OrConstraintComponent
    47  RETURN
    48  FAIL            op 4                    ; AndConstraintComponent
    49  JUMP            to 20
    50  FAIL            op 6                    ; NodeConstraintComponent
    51  JUMP            to 22
shape 3 ex:Off
    52  RETURN
shape 4 [ sh:nodeKind sh:Literal ]
    53  RETURN
shape 5 [ sh:path ex:p ; sh:qualifiedMaxCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:A ; sh:qualifiedValueShapesDisjoint true ]
    54  RETURN
shape 6 [ sh:path ex:r ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:B ]
    55  RETURN
