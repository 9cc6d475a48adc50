shape 0 ex:A
     0  VALUES_SELF
     1  EACH            to 4
     2  NODE_KIND       op 0, kinds 1           ; NodeKindConstraintComponent, IRI
     3  NEXT            to 2
     4  RETURN
shape 1 ex:B
     5  VALUES_SELF
     6  EACH            to 9
     7  CLASS           op 1, class 0           ; ClassConstraintComponent, <http://example.org/C>
     8  NEXT            to 7
     9  RETURN
shape 2 ex:Logic
    10  VALUES_SELF
    11  EACH            to 45
    12  TEST            shape 3                 ; ex:Off
    13  JUMP_UNLESS     to 15
    14  FAIL            op 2                    ; NotConstraintComponent
    15  TALLY_CLEAR
    16  TEST            shape 3                 ; ex:Off
    17  JUMP_UNLESS     to 19
    18  TALLY
    19  TEST            shape 0                 ; ex:A
    20  JUMP_UNLESS     to 23
    21  TALLY
    22  JUMP_TALLY      to 26, number 2
    23  TEST            shape 1                 ; ex:B
    24  JUMP_UNLESS     to 26
    25  TALLY
    26  FAIL_UNLESS_ONE op 5                    ; XoneConstraintComponent
    27  TEST            shape 0                 ; ex:A
    28  JUMP_UNLESS     to 32
    29  TEST            shape 1                 ; ex:B
    30  JUMP_UNLESS     to 32
    31  JUMP            to 33
    32  FAIL            op 3                    ; AndConstraintComponent
    33  CLOSED          op 9, closed 0          ; ClosedConstraintComponent
    34  TEST            shape 0                 ; ex:A
    35  JUMP_IF         to 37
    36  FAIL            op 6                    ; NodeConstraintComponent
    37  CALL            shape 6                 ; [ sh:path ex:r ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:B ]
    38  CALL            shape 5                 ; [ sh:path ex:p ; sh:qualifiedMaxCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:A ; sh:qualifiedValueShapesDisjoint true ]
    39  TEST            shape 0                 ; ex:A
    40  JUMP_IF         to 44
    41  TEST            shape 4                 ; [ sh:nodeKind sh:Literal ]
    42  JUMP_IF         to 44
    43  FAIL            op 4                    ; OrConstraintComponent
    44  NEXT            to 12
    45  RETURN
shape 3 ex:Off
    46  RETURN
shape 4 [ sh:nodeKind sh:Literal ]
    47  VALUES_SELF
    48  EACH            to 51
    49  NODE_KIND       op 11, kinds 4          ; NodeKindConstraintComponent, literal
    50  NEXT            to 49
    51  RETURN
shape 5 [ sh:path ex:p ; sh:qualifiedMaxCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:A ; sh:qualifiedValueShapesDisjoint true ]
    52  VALUES_FORWARD  column 0                ; <http://example.org/p>
    53  TALLY_CLEAR
    54  EACH            to 62
    55  TEST            shape 0                 ; ex:A
    56  JUMP_UNLESS     to 61
    57  TEST            shape 1                 ; ex:B
    58  JUMP_IF         to 61
    59  TALLY
    60  JUMP_TALLY      to 62, number 3
    61  NEXT            to 55
    62  MIN_TALLY       op 12, number 1         ; QualifiedMinCountConstraintComponent
    63  MAX_TALLY       op 13, number 2         ; QualifiedMaxCountConstraintComponent
    64  RETURN
shape 6 [ sh:path ex:r ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:B ]
    65  VALUES_FORWARD  column 1                ; <http://example.org/r>
    66  TALLY_CLEAR
    67  EACH            to 73
    68  TEST            shape 1                 ; ex:B
    69  JUMP_UNLESS     to 72
    70  TALLY
    71  JUMP_TALLY      to 73, number 1
    72  NEXT            to 68
    73  MIN_TALLY       op 14, number 1         ; QualifiedMinCountConstraintComponent
    74  RETURN
