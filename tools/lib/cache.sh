# shellcheck shell=bash
# Where that is kept, outside the checkout, which is fetched once. Source it.

# $EDS_CACHE if set, else a folder of the machine (root) or of the user.
cache_folder() {
  if [[ -n ${EDS_CACHE:-} ]]; then
    realpath --canonicalize-missing "$EDS_CACHE"
  elif ((EUID == 0)); then
    echo /var/cache/eds
  else
    echo "$HOME/.cache/eds"
  fi
}

# find_tool NAME: prints where a tool is, that tools/install fetched or the
# machine has; fails if there is none.
find_tool() {
  local cache candidate
  cache=$(cache_folder)
  for candidate in "$cache/lint/node_modules/.bin/$1" "$cache/bin/$1"; do
    if [[ -x $candidate ]]; then
      echo "$candidate"
      return
    fi
  done
  type -P "$1"  # Not a function of that name.
}
