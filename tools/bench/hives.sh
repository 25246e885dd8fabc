#!/bin/sh
# Times a walk over all keys, values and data of one 20 MB hive: hivexml, which prints it as XML,
# beside our dump, which prints it as JSON with digests, and our walk alone.
# Usage: tools/bench/hives.sh BUILD_DIR   (needs libhivex-bin; builds nothing)
set -eu
bin=$1/bin
command -v hivexml >/dev/null || { echo "no hivexml (apt install libhivex-bin)" >&2; exit 77; }
hive=$(mktemp)
trap 'rm -f "$hive"' EXIT
"$bin/peers_make_hives" --large "$hive"
for run in "hivexml" "$bin/peers_dump_hive" "$bin/peers_dump_hive --time"; do
  for turn in 1 2 3; do
    start=$(date +%s%N)
    said=$($run "$hive" | tail -n 1 | cut -c 1-90)
    took=$((($(date +%s%N) - start) / 1000000))
    case $run in
      *--time) echo "our walk alone: $said" ;;
      *) echo "$(basename "$run"): $took ms" ;;
    esac
  done
done
