#!/bin/bash
# fetch_servers.sh FOLDER NAME…: fetches these servers of the matrix, each into
# FOLDER/NAME. What is there already stays. Says of each that cannot be had why, and
# exits with 1.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."
source tools/lib/server_matrix.sh

readonly FOLDER=$1
shift

declare -A CLIENTS=([debian]=apt-get [npm]=npm [maven]=mvn)

# fetch NAME SOURCE WHAT…
fetch() {
  local name=$1 client=${CLIENTS[$2]} log=$FOLDER/$1.log
  if ! command -v "$client" >/dev/null; then
    echo "$name: there is no $client to fetch it with"
    return 1
  fi
  if ! tools/lib/fetch_server.sh "$FOLDER/$name" "${@:2}" >"$log" 2>&1; then
    echo "$name: could not be fetched: $(grep -v '^ *$' "$log" | tail -n 1); all of it is in $log"
    return 1
  fi
  rm -f "$log"
}

mkdir -p "$FOLDER"
status=0
for name in "$@"; do
  [[ -d $FOLDER/$name ]] && continue
  [[ -v SOURCES[$name] ]] || continue  # The machine's own.
  read -ra source <<<"${SOURCES[$name]}"
  fetch "$name" "${source[@]}" || status=1
done
exit "$status"
