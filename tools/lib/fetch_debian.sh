#!/bin/bash
# fetch_debian.sh SUITE TREE PACKAGE…: unpacks packages of another of Debian's suites,
# with the libraries they need, into the folder TREE. Nothing is installed and no
# rights are needed: run a program there with TREE's own loader,
#   TREE/lib64/ld-linux-x86-64.so.2 --library-path TREE/usr/lib/x86_64-linux-gnu \
#       TREE/usr/sbin/mysqld --basedir=TREE/usr …
set -euo pipefail
umask 022

readonly SUITE=$1 TREE=$2
shift 2
readonly WORK=$TREE.partial
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The Debian mirror that this machine's apt uses, or $EDS_DEBIAN_MIRROR.
mirror() {
  if [[ -n ${EDS_DEBIAN_MIRROR:-} ]]; then
    echo "$EDS_DEBIAN_MIRROR"
    return
  fi
  local sites
  # shellcheck disable=SC2016
  sites=$(apt-get indextargets --format '$(SITE)' \
    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main')
  if [[ -z $sites ]]; then
    echo "apt names no Debian mirror here; name one: EDS_DEBIAN_MIRROR=URL tools/install" >&2
    return 1
  fi
  head -n 1 <<<"$sites"
}

# apt with a world of its own: nothing counts as installed there, so that it fetches
# every library. Proxies and the like stay as the machine has them.
write_apt_configuration() {
  mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/archives/partial"
  : >"$WORK/apt/status"
  local options=target=Packages
  if [[ -r $KEYRING ]]; then options+=" signed-by=$KEYRING"; fi
  local source
  source=$(mirror)
  echo "deb [$options] $source $SUITE main" >"$WORK/apt/sources.list"
  cat >"$WORK/apt/apt.conf" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Acquire::Languages "none";
APT::Sandbox::User "";
Dir::Cache "$WORK/apt";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "$WORK/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$WORK/apt";
Dir::State::status "$WORK/apt/status";
END
}

# Suites up to bullseye keep /lib apart from /usr/lib, and lead to the loader by a link
# that leaves TREE.
merge_usr() {
  local tree=$1 folder
  for folder in lib lib64; do
    [[ -d $tree/$folder && ! -L $tree/$folder ]] || continue
    mkdir -p "$tree/usr/$folder"
    cp -a "$tree/$folder/." "$tree/usr/$folder/"
    rm -rf "${tree:?}/$folder"
    ln -s "usr/$folder" "$tree/$folder"
  done
  ln -sf ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$tree/usr/lib64/"
}

rm -rf "$WORK"
trap 'rm -rf "$WORK"' EXIT
write_apt_configuration
export APT_CONFIG=$WORK/apt/apt.conf
apt-get -q update --error-on=any
apt-get -q -y --no-install-recommends --download-only install base-files "$@"
mkdir "$WORK/tree"
for package in "$WORK"/apt/archives/*.deb; do
  echo "Unpacking ${package##*/}"
  dpkg-deb --extract "$package" "$WORK/tree"
done
merge_usr "$WORK/tree"
mv --no-target-directory "$WORK/tree" "$TREE"
