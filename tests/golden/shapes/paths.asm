shape 0 ex:Paths
     0  VALUES_SELF
     1  EQUALS          op 0, column 0          ; EqualsConstraintComponent, <http://example.org/p>
     2  EACH            to 8
     3  CALL            shape 1                 ; [ sh:disjoint ex:q ; sh:maxCount 3 ; sh:path [ sh:inversePath ex:p ] ]
     4  CALL            shape 2                 ; [ sh:minCount 1 ; sh:path ( ex:p [ sh:inversePath ( ex:q ex:r ) ] ) ]
     5  CALL            shape 3                 ; [ sh:minCount 1 ; sh:path [ sh:alternativePath ( ex:p [ sh:zeroOrMorePath [ … ] ] ) ] ]
     6  CALL            shape 4                 ; [ sh:lessThan ex:q ; sh:lessThanOrEquals ex:r ; sh:path [ sh:zeroOrOnePath ex:p ] ]
     7  NEXT            to 3
     8  RETURN
shape 1 [ sh:disjoint ex:q ; sh:maxCount 3 ; sh:path [ sh:inversePath ex:p ] ]
     9  VALUES_INVERSE  column 0                ; <http://example.org/p>
    10  MAX_COUNT       op 5, number 3          ; MaxCountConstraintComponent
    11  DISJOINT        op 6, column 2          ; DisjointConstraintComponent, <http://example.org/q>
    12  RETURN
shape 2 [ sh:minCount 1 ; sh:path ( ex:p [ sh:inversePath ( ex:q ex:r ) ] ) ]
    13  VALUES_PATH     path 5
    14  MIN_COUNT       op 7, number 1          ; MinCountConstraintComponent
    15  RETURN
shape 3 [ sh:minCount 1 ; sh:path [ sh:alternativePath ( ex:p [ sh:zeroOrMorePath [ … ] ] ) ] ]
    16  VALUES_PATH     path 9
    17  MIN_COUNT       op 8, number 1          ; MinCountConstraintComponent
    18  RETURN
shape 4 [ sh:lessThan ex:q ; sh:lessThanOrEquals ex:r ; sh:path [ sh:zeroOrOnePath ex:p ] ]
    19  VALUES_PATH     path 10
    20  COMPARE         op 10, column 1, mask 3 ; LessThanOrEqualsConstraintComponent, <http://example.org/r>, less or equal
    21  COMPARE         op 9, column 2, mask 1  ; LessThanConstraintComponent, <http://example.org/q>, less
    22  RETURN
