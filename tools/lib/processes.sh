# shellcheck shell=bash
# Processes that a script starts, watches, and ends with itself. Source it, after
# steps.sh, and call stop_all in an EXIT trap.

started_pids=() started_names=() started_logs=() started_signals=()

# start NAME SIGNAL LOG COMMAND…: starts COMMAND, which SIGNAL ends in order. Its
# session is its own, so that a Ctrl-C reaches this script alone. What it says goes
# to LOG.
start() {
  local name=$1 signal=$2 log=$3
  shift 3
  setsid "$@" >>"$log" 2>&1 </dev/null &
  started_pids+=($!) started_names+=("$name") started_logs+=("$log") started_signals+=("$signal")
}

# fail_with_log TEXT LOG: ends the script, showing the end of LOG.
fail_with_log() {
  say "FAILED: $1"
  say "The end of its log:"
  tail -n 20 "$2" | sed 's/^/    /'
  exit 1
}

# await SECONDS COMMAND…: waits until COMMAND succeeds. Ends the script if the
# process started last dies, or the time is over.
await() {
  local seconds=$1 began=$SECONDS last=$((${#started_pids[@]} - 1))
  shift
  local name=${started_names[last]} log=${started_logs[last]}
  until "$@" >/dev/null 2>&1; do
    lives "${started_pids[last]}" || fail_with_log "$name did not start" "$log"
    ((SECONDS - began < seconds)) ||
      fail_with_log "$name was not ready after $seconds seconds" "$log"
    pause 0.1
  done
}

# lives PID: a process that ended, and that the shell has not asked after yet, does not.
lives() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ $stat != *") Z "* ]]
}

# Waits until one of the processes dies, and says which; or for a signal that has a trap.
watch_all() {
  local i
  wait -n "${started_pids[@]}" || true
  for i in "${!started_pids[@]}"; do
    lives "${started_pids[i]}" ||
      fail_with_log "${started_names[i]} ended by itself" "${started_logs[i]}"
  done
}

# Ends them, the newest first, by force after 15 seconds.
stop_all() {
  local i pid tries
  for ((i = ${#started_pids[@]} - 1; i >= 0; --i)); do
    pid=${started_pids[i]}
    kill -s "${started_signals[i]}" "$pid" 2>/dev/null || continue
    for ((tries = 0; tries < 150; ++tries)); do
      lives "$pid" || break
      pause 0.1
    done
    lives "$pid" && kill -s KILL "$pid" && say "${started_names[i]} had to be killed"
    wait "$pid" 2>/dev/null || true
  done
  started_pids=()
}

# A port below those that the system gives out by itself, where nobody listens.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# Like sleep, but without a process that would outlive the script.
pause() {
  [[ -n ${_never:-} ]] || exec {_never}<> <(:)
  read -r -t "$1" -u "$_never" || true
}
