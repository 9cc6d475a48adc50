"""The build_ext of pyproject.toml: compiles each C source once for all extension modules that name it, in parallel, and
again only where it, a header or the flags changed.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from setuptools import Extension
from setuptools.command.build_ext import build_ext


class BuildShared(build_ext):
    """Objects stay in build/objects/, so that an editable install, which builds in a folder of its own, finds them."""

    def build_extensions(self) -> None:
        owners: dict[str, Extension] = {}
        for extension in self.extensions:
            for source in extension.sources:
                owners.setdefault(source, extension)
        largest_first = sorted(owners, key=os.path.getsize, reverse=True)
        self.parallel = self.parallel or os.cpu_count()
        with ThreadPoolExecutor(self.parallel) as pool:
            objects = pool.map(lambda source: self._object(source, owners[source]), largest_first)
            of_source = dict(zip(largest_first, objects, strict=True))
        for extension in self.extensions:
            extension.extra_objects = [of_source[source] for source in extension.sources]
            extension.sources = []
        self.force = True  # to link is cheap, and no time stamp tells of other flags
        super().build_extensions()

    def _object(self, source: str, extension: Extension) -> str:
        """The object file of one source; compiled if there is none for these flags, or an older one."""
        compiler: Any = self.compiler
        flags = [*compiler.compiler_so, *compiler.include_dirs, *extension.extra_compile_args]
        folder = Path("build", "objects", hashlib.sha256("\0".join(flags).encode()).hexdigest()[:12])
        [target] = compiler.object_filenames([source], output_dir=str(folder))
        if _is_stale(Path(target), [source, *extension.depends]):
            compiler.compile(
                [source],
                output_dir=str(folder),
                macros=extension.define_macros,
                include_dirs=extension.include_dirs,
                extra_postargs=extension.extra_compile_args,
            )
        return str(target)


def _is_stale(target: Path, sources: list[str]) -> bool:
    if not target.exists():
        return True
    made = target.stat().st_mtime
    return any(Path(source).stat().st_mtime > made for source in sources)
