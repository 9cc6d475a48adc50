"""What a compiler said is remembered for exactly that compiler on exactly that machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cns.runtime.compiled import compiler_of, remembered_digest
from cns.toolchain import identity
from cns.toolchain.library import digest_of

INTEL = "processor\t: 0\nmodel name\t: X\nstepping\t: 1\nflags\t\t: fpu avx2\n\nprocessor\t: 1\nflags\t\t: fpu\n"


class Fake:
    """A compiler that is a script: it counts how often it is asked what it is."""

    def __init__(self, folder: Path) -> None:
        self.driver, self.behind, self.asked = folder / "fakecc", folder / "cc1", folder / "asked"
        self.behind.write_text("the work")
        self.write("1.0")

    def write(self, version: str, finds_cc1: bool = True) -> None:
        self.driver.write_text(
            f"#!{sys.executable}\nimport sys\n"
            f"if '-print-prog-name=cc1' in sys.argv: print({str(self.behind) if finds_cc1 else 'cc1'!r})\n"
            f"elif '-print-resource-dir' in sys.argv: sys.exit(1)\n"
            f"else:\n    open({str(self.asked)!r}, 'a').write('x')\n"
            f"    print('#define __STDC_VERSION__ 1')\n    print('#define __VERSION__ {version}')\n"
        )
        self.driver.chmod(0o755)

    def version(self) -> str:
        compiler = compiler_of((str(self.driver),))
        assert compiler is not None
        return compiler.version

    def times(self) -> int:
        return len(self.asked.read_text()) if self.asked.exists() else 0


@pytest.fixture
def cpuinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cpuinfo"
    path.write_text(INTEL)
    monkeypatch.setattr(identity, "CPUINFO", str(path))
    monkeypatch.setenv("CNS_CACHE", str(tmp_path / "cache"))
    return path


@pytest.fixture
def fake(tmp_path: Path, cpuinfo: Path) -> Fake:
    made = Fake(tmp_path)
    assert (made.version(), made.version(), made.times()) == ("1.0", "1.0", 1)
    return made


def test_another_driver_is_asked(fake: Fake) -> None:
    fake.write("2.0")
    assert (fake.version(), fake.version(), fake.times()) == ("2.0", "2.0", 2)


def test_a_driver_that_looks_the_same_is_asked(fake: Fake) -> None:
    """As large as before, and its time of modification set back, as packages do it."""
    before = fake.driver.stat()
    fake.write("3.0")
    os.utime(fake.driver, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert fake.driver.stat().st_size == before.st_size
    assert (fake.version(), fake.times()) == ("3.0", 2)


def test_a_compiler_whose_inner_part_changed_is_asked(fake: Fake) -> None:
    fake.behind.write_text("the work, done better")
    assert (fake.version(), fake.times()) == ("1.0", 2)
    fake.behind.unlink()
    assert (fake.version(), fake.times()) == ("1.0", 3)


def test_a_link_that_leads_elsewhere_is_asked(fake: Fake, tmp_path: Path) -> None:
    link = tmp_path / "cc"
    link.symlink_to(fake.driver)
    assert compiler_of((str(link),)) == compiler_of((str(link),))
    assert fake.times() == 2
    other = tmp_path / "other"
    other.write_bytes(fake.driver.read_bytes())
    other.chmod(0o755)
    link.unlink()
    link.symlink_to(other)
    assert compiler_of((str(link),)) is not None
    assert fake.times() == 3


@pytest.mark.parametrize(
    "change", [("avx2", "avx512f"), ("stepping\t: 1", "stepping\t: 2"), ("name\t: X", "name\t: Y")]
)
def test_on_another_processor_it_is_asked(fake: Fake, cpuinfo: Path, change: tuple[str, str]) -> None:
    cpuinfo.write_text(INTEL.replace(*change))
    assert (fake.version(), fake.times()) == ("1.0", 2)
    cpuinfo.write_text(INTEL)
    assert (fake.version(), fake.times()) == ("1.0", 2)


def test_under_another_kernel_or_path_it_is_asked(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"/nowhere{os.pathsep}{os.environ['PATH']}")
    assert (fake.version(), fake.times()) == ("1.0", 2)
    here = os.uname()
    monkeypatch.setattr(os, "uname", lambda: os.uname_result((here[0], here[1], "0.0.1", here[3], here[4])))
    assert (fake.version(), fake.times()) == ("1.0", 3)


@pytest.mark.parametrize("text", ["", "processor\t: 0\nmodel name\t: X\n"])
def test_where_the_kernel_does_not_list_features_nothing_is_remembered(fake: Fake, cpuinfo: Path, text: str) -> None:
    cpuinfo.write_text(text)
    assert (fake.version(), fake.version(), fake.times()) == ("1.0", "1.0", 3)
    cpuinfo.unlink()
    assert (fake.version(), fake.times()) == ("1.0", 4)


def test_what_stands_behind_a_wrapper_is_not_known_and_nothing_is_remembered(tmp_path: Path, cpuinfo: Path) -> None:
    made = Fake(tmp_path)
    made.write("1.0", finds_cc1=False)
    assert (made.version(), made.version(), made.times()) == ("1.0", "1.0", 2)


def test_what_does_not_answer_is_asked_again(tmp_path: Path, cpuinfo: Path) -> None:
    broken = tmp_path / "broken"
    assert compiler_of((str(broken),)) is None
    made = Fake(tmp_path)
    broken.write_bytes(made.driver.read_bytes())
    broken.chmod(0o755)
    assert compiler_of((str(broken),)) is not None


def test_the_digest_of_files_follows_their_content(tmp_path: Path, cpuinfo: Path) -> None:
    one, two = tmp_path / "one.h", tmp_path / "two.h"
    one.write_text("1")
    two.write_text("2")
    first = remembered_digest([one, two])
    assert first == remembered_digest([one, two]) == digest_of([one, two])
    before = one.stat()
    one.write_text("3")
    os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert remembered_digest([one, two]) == digest_of([one, two]) != first
