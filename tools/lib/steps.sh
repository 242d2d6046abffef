# shellcheck shell=bash
# Progress and failures of the scripts in tools/. Source it.

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# step TEXT LOG COMMAND…: runs COMMAND with its output in LOG, and shows meanwhile
# that it goes on: on a terminal in one line that tells the seconds and the newest
# line of LOG, elsewhere with a line at the start and one a minute. After a failure
# shows the end of LOG and answers COMMAND's status.
step() {
  local text=$1 log=$2 status=0 began=$SECONDS watcher
  shift 2
  _watch "$text" "$log" &
  watcher=$!
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  if [[ -t 1 ]]; then printf '\r\033[K'; fi
  if ((status != 0)); then
    say "FAILED after $((SECONDS - began)) s: $text"
    tail -n 30 "$log" | sed 's/^/    /'
  elif [[ -t 1 ]]; then
    say "$text: $((SECONDS - began)) s"
  fi
  return "$status"
}

# It never sleeps in a process of its own, which would outlive it and hold the
# caller's pipes open.
_watch() {
  local text=$1 log=$2 began=$SECONDS never
  [[ -t 1 ]] || say "$text"
  exec {never}<> <(:)
  while kill -0 $$ 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r\033[K%.*s' "$(($(_columns) - 1))" \
        "$text: $((SECONDS - began)) s  $(_newest_line "$log")"
    elif (((SECONDS - began) % 60 == 59)); then
      say "$text: $((SECONDS - began + 1)) s so far: $(_newest_line "$log")"
    fi
    read -r -t 1 -u "$never" || true
  done
}

_columns() { tput cols 2>/dev/null || echo 80; }

_newest_line() {
  tail -c 2000 "$1" 2>/dev/null | tr '\r\t' '\n ' | tr -cd '[:print:]\n' |
    awk 'NF { line = $0 } END { print line }'
}
