shape 0 ex:Paths
     0  VALUES_SELF
     1  EQUALS          op 0, column 0          ; EqualsConstraintComponent, <http://example.org/p>
     2  VALUES_INVERSE  column 0                ; <http://example.org/p>
     3  MAX_COUNT       op 5, number 3          ; MaxCountConstraintComponent
     4  DISJOINT        op 6, column 2          ; DisjointConstraintComponent, <http://example.org/q>
     5  VALUES_PATH     path 4
     6  MIN_COUNT       op 7, number 1          ; MinCountConstraintComponent
     7  VALUES_PATH     path 7
     8  MIN_COUNT       op 8, number 1          ; MinCountConstraintComponent
     9  VALUES_PATH     path 8
    10  COMPARE         op 9, column 1, mask 3  ; LessThanOrEqualsConstraintComponent, <http://example.org/r>, less or equal
    11  COMPARE         op 10, column 2, mask 1 ; LessThanConstraintComponent, <http://example.org/q>, less
    12  RETURN
shape 1 [ sh:disjoint ex:q ; sh:maxCount 3 ; sh:path [ sh:inversePath ex:p ] ]
    13  RETURN
shape 2 [ sh:minCount 1 ; sh:path ( ex:p [ sh:inversePath ( ex:q ex:r ) ] ) ]
    14  RETURN
shape 3 [ sh:minCount 1 ; sh:path [ sh:alternativePath ( ex:p [ sh:zeroOrMorePath [ … ] ] ) ] ]
    15  RETURN
shape 4 [ sh:lessThan ex:q ; sh:lessThanOrEquals ex:r ; sh:path [ sh:zeroOrOnePath ex:p ] ]
    16  RETURN
