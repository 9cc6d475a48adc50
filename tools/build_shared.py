"""The build_ext of pyproject.toml: compiles each C source once for all extension modules that name it, in parallel, and
again only where it, a header or the flags changed. What several modules share also becomes a static library beside
them: the native engine links what it compiles at run time against it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from setuptools import Extension
from setuptools.command.build_ext import build_ext

LIBRARY = "cnsruntime"


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
        compiler: Any = self.compiler
        shared = [
            of_source[source] for source in sorted(owners) if sum(source in e.sources for e in self.extensions) > 1
        ]
        compiler.create_static_lib(shared, LIBRARY, output_dir=str(self._folder()))
        for extension in self.extensions:
            extension.extra_objects = [of_source[source] for source in extension.sources]
            extension.sources = []
        self.force = True  # to link is cheap, and no time stamp tells of other flags
        super().build_extensions()

    def copy_extensions_to_source(self) -> None:
        """In place: the library goes where the modules go."""
        super().copy_extensions_to_source()
        build_py: Any = self.get_finalized_command("build_py")
        home = Path(build_py.get_package_dir(self._package()))
        shutil.copy2(self._folder() / f"lib{LIBRARY}.a", home)

    def get_outputs(self) -> list[str]:
        return [*super().get_outputs(), str(self._folder() / f"lib{LIBRARY}.a")]

    def _folder(self) -> Path:
        return Path(self.build_lib, *self._package().split("."))

    def _package(self) -> str:
        name: str = self.extensions[0].name
        return name.rpartition(".")[0]

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
