from array import array

from typing_extensions import Buffer

ROLES: dict[str, int]

def order(
    ops: Buffer,
    roles: Buffer,
    costs: Buffer,
    chances: Buffer,
    calls: Buffer,
    called: Buffer,
    loads: Buffer,
    values: Buffer,
) -> tuple[array[int], array[int], array[int], array[float], array[float]]: ...
