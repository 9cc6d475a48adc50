#!/bin/sh
# The whole test suite under AddressSanitizer and UndefinedBehaviorSanitizer, in a copy of the tree:
#
#     tools/sanitize.sh [pytest arguments]        e.g. tools/sanitize.sh -n 2 tests/cython_optimizations
#
# PYTHON      the interpreter with the test requirements (default: .venv/bin/python)
# SANITIZE_IN where the copy goes (default: a folder of its own under /tmp, removed afterwards)
#
# 1. The extensions, built with the sanitizers; Python's leaks are its own affair, so that leaks are not looked for.
#    What builds wheels is left out: it would build them with the sanitizers' flags.
# 2. The C runtime alone, every allocation failing once, with leak detection.
set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$tree/.venv/bin/python}
case $python in /*) ;; *) python=$PWD/$python ;; esac
if [ -n "${SANITIZE_IN:-}" ]; then
    copy=$SANITIZE_IN
    mkdir -p "$copy"
else
    copy=$(mktemp -d /tmp/cns-sanitize.XXXXXX)
    trap 'rm -rf "$copy"' EXIT
fi
flags="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g"

echo "== copying and building in $copy"
(cd "$tree" && tar cf - --exclude='*.so' --exclude=.venv --exclude=.git --exclude=build --exclude='*.egg-info' .) | (cd "$copy" && tar xf -)
cd "$copy"
sed -i 's/"-O3"/"-O1"/' setup.py # it comes last on the compiler's command line
CFLAGS="$flags" LDFLAGS="-fsanitize=address,undefined" "$python" setup.py -q build_ext --inplace --force -j2
for module in cython_optimizations/*.so; do
    nm -D "$module" | grep -q __asan_ || { echo "tools/sanitize.sh: $module is without sanitizers" >&2; exit 2; }
done

echo "== the test suite"
status=0
CNS_CONFORMANCE=${CNS_CONFORMANCE:-$(dirname "$tree")/shared/conformance} \
CNS_TEST_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -g" \
CNS_CACHE="$copy/.cache" \
PYTHONPATH="$copy" PYTHONMALLOC=malloc \
LD_PRELOAD="$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)" \
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=1 \
UBSAN_OPTIONS=print_stacktrace=1 \
    "$python" -m pytest -p no:cacheprovider --ignore=tests/test_packaging.py "$@" || status=$?

echo "== the C runtime alone, with leak detection"
(cd "$tree" && "$python" - "$copy") <<'END'
import sys
from pathlib import Path
from tests.cython_optimizations.helpers import blob_of
from tests.cython_optimizations.rich import DATA, SHAPES
Path(sys.argv[1], "rich.cnsp").write_bytes(blob_of(SHAPES))
Path(sys.argv[1], "rich.nt").write_text(DATA)
END
for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || { echo "$compiler is not installed: passed over"; continue; }
    # shellcheck disable=SC2086
    if "$compiler" -std=c11 $flags -Itemplates/runtime tests/templates/out_of_memory.c templates/runtime/*.c -o alone -lm 2>alone.log; then
        echo "$compiler:"
        ASAN_OPTIONS=detect_leaks=1 ./alone rich.cnsp rich.nt || status=1
    elif grep -q 'cannot find.*clang_rt\|libclang_rt' alone.log; then
        echo "$compiler has no sanitizers here: passed over"
    else
        cat alone.log >&2
        status=1
    fi
done
exit $status
