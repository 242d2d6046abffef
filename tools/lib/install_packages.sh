#!/bin/bash
# install_packages.sh PACKAGE…: installs Debian packages, as root. A database server
# that comes with them is neither started nor enabled nor given a database cluster;
# one that the machine had before is left alone. tools/install calls it.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1

readonly POLICY=/usr/sbin/policy-rc.d
readonly CLUSTER_RULES=/etc/postgresql-common/createcluster.d
readonly NO_CLUSTER=$CLUSTER_RULES/eds-install.conf
readonly MARK="# Made by EDS's tools/install, for as long as it runs."

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

hold_servers() {
  if [[ ! -e $POLICY ]]; then
    printf '#!/bin/sh\n%s\nexit 101\n' "$MARK" >"$POLICY"
    chmod 755 "$POLICY"
  fi
  if ! installed postgresql-common || [[ -d $CLUSTER_RULES ]]; then
    mkdir -p "$CLUSTER_RULES"
    printf '%s\ncreate_main_cluster = false\n' "$MARK" >"$NO_CLUSTER"
  fi
}

# Undoes hold_servers, also that of a run that was killed.
release_servers() {
  if grep -qsF "$MARK" "$POLICY"; then rm -f "$POLICY"; fi
  rm -f "$NO_CLUSTER"
  if [[ -d $CLUSTER_RULES ]]; then rmdir --ignore-fail-on-non-empty "$CLUSTER_RULES"; fi
}

apt() { apt-get -q -o DPkg::Lock::Timeout=600 "$@"; }

new_services=()
installed mariadb-server || new_services+=(mariadb)
installed postgresql-common || new_services+=(postgresql)

release_servers
trap release_servers EXIT
hold_servers
apt update
apt install -y --no-install-recommends --no-remove "$@"

for service in "${new_services[@]}"; do
  [[ -e /etc/init.d/$service ]] || continue
  update-rc.d "$service" disable
  service "$service" stop || true
done
