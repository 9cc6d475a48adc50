from array import array

ROLES: dict[str, int]

def order(
    ops: array[int],
    roles: array[int],
    costs: array[float],
    chances: array[float],
    calls: array[int],
    called: array[int],
    loads: array[float],
    values: array[float],
) -> tuple[array[int], array[int], array[int], array[float], array[float]]: ...
