#!/bin/sh
# What `make demo` shows: a library's ontology and shapes compiled, good and bad data validated.
# CNS_AOTC says which cns-aotc; the one on the PATH if not.
set -eu
program=${CNS_AOTC:-cns-aotc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "$0")"/*.ttl "$(dirname "$0")"/*.nt "$work"
cd "$work"
export CNS_CACHE="$work/cache"

if [ -t 1 ]; then headline='\n\033[1m%s\033[0m\n'; else headline='\n%s\n'; fi
say() { printf "$headline" "$1"; }
cns_aotc() {
    echo "\$ cns-aotc $*"
    code=0
    "$program" "$@" || code=$?
}
expect() { [ "$code" -eq "$1" ] || { echo "demo: exit code $code instead of $1" >&2; exit 1; }; }

say "1. Compile the shapes, with the ontology's class hierarchy, to one file."
cns_aotc compile --ontology ontology.ttl shapes.ttl --output library.cns
expect 0

say "2. Validate good data. The exit code is 0."
cns_aotc validate --shapes library.cns good.nt
expect 0

say "3. Validate bad data: examples/bad.ttl says beside each line what is wrong. The exit code is 1."
cns_aotc validate --shapes library.cns bad.ttl
expect 1

say "4. What the compiler made of it: the bytecode, its beginning."
cns_aotc explain --bytecode library.cns > bytecode
expect 0
head -n 23 bytecode | cut -c 1-110
echo "..."
printf '\nThe files are in examples/; cns-aotc is %s.\n' "$program"
