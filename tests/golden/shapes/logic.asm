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
    11  EACH            to 44
    12  TEST            shape 3                 ; ex:Off
    13  JUMP_UNLESS     to 15
    14  FAIL            op 2                    ; NotConstraintComponent
    15  TEST            shape 0                 ; ex:A
    16  JUMP_UNLESS     to 20
    17  TEST            shape 1                 ; ex:B
    18  JUMP_UNLESS     to 20
    19  JUMP            to 21
    20  FAIL            op 3                    ; AndConstraintComponent
    21  TEST            shape 0                 ; ex:A
    22  JUMP_IF         to 26
    23  TEST            shape 4                 ; [ sh:nodeKind sh:Literal ]
    24  JUMP_IF         to 26
    25  FAIL            op 4                    ; OrConstraintComponent
    26  TALLY_CLEAR
    27  TEST            shape 0                 ; ex:A
    28  JUMP_UNLESS     to 30
    29  TALLY
    30  TEST            shape 1                 ; ex:B
    31  JUMP_UNLESS     to 33
    32  TALLY
    33  TEST            shape 3                 ; ex:Off
    34  JUMP_UNLESS     to 36
    35  TALLY
    36  FAIL_UNLESS_ONE op 5                    ; XoneConstraintComponent
    37  TEST            shape 0                 ; ex:A
    38  JUMP_IF         to 40
    39  FAIL            op 6                    ; NodeConstraintComponent
    40  CALL            shape 5                 ; [ sh:path ex:p ; sh:qualifiedMaxCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:A ; sh:qualifiedValueShapesDisjoint true ]
    41  CALL            shape 6                 ; [ sh:path ex:r ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:B ]
    42  CLOSED          op 9, closed 0          ; ClosedConstraintComponent
    43  NEXT            to 12
    44  RETURN
shape 3 ex:Off
    45  RETURN
shape 4 [ sh:nodeKind sh:Literal ]
    46  VALUES_SELF
    47  EACH            to 50
    48  NODE_KIND       op 11, kinds 4          ; NodeKindConstraintComponent, literal
    49  NEXT            to 48
    50  RETURN
shape 5 [ sh:path ex:p ; sh:qualifiedMaxCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:A ; sh:qualifiedValueShapesDisjoint true ]
    51  VALUES_FORWARD  column 0                ; <http://example.org/p>
    52  TALLY_CLEAR
    53  EACH            to 60
    54  TEST            shape 0                 ; ex:A
    55  JUMP_UNLESS     to 59
    56  TEST            shape 1                 ; ex:B
    57  JUMP_IF         to 59
    58  TALLY
    59  NEXT            to 54
    60  MIN_TALLY       op 12, number 1         ; QualifiedMinCountConstraintComponent
    61  MAX_TALLY       op 13, number 2         ; QualifiedMaxCountConstraintComponent
    62  RETURN
shape 6 [ sh:path ex:r ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:B ]
    63  VALUES_FORWARD  column 1                ; <http://example.org/r>
    64  TALLY_CLEAR
    65  EACH            to 70
    66  TEST            shape 1                 ; ex:B
    67  JUMP_UNLESS     to 69
    68  TALLY
    69  NEXT            to 66
    70  MIN_TALLY       op 14, number 1         ; QualifiedMinCountConstraintComponent
    71  RETURN
