#!/bin/sh
# Fuzzes the readers for so many seconds under ASan and UBSan: stress/fuzz/run.sh SECONDS [CORPUS]
# A new corpus starts from the documents in stress/fuzz/corpus. What is found is left in the current folder, as crash-*.
set -eu
seconds=${1:?how many seconds?}
here=$(cd "$(dirname "$0")" && pwd)
corpus=${2:-$(mktemp -d)}
runtime=$here/../../templates/runtime
target=$(mktemp -d)/fuzz_readers
mkdir -p "$corpus"
${CLANG:-clang} -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -DCNS_LEAST_CHUNK_BYTES=64 -pthread \
    -I"$runtime" "$here/fuzz_readers.c" "$runtime"/*.c -lm -o "$target"
exec "$target" -dict="$here/readers.dict" -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=4096 "$corpus" "$here/corpus"
