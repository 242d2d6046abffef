# shellcheck shell=bash
# MariaDB and PostgreSQL of one's own, on loopback. Source it, after processes.sh.

# run_as USER: prints what to put before a command, so that it runs as USER: neither
# server runs as root.
run_as() {
  if ((EUID == 0)); then echo "setpriv --reuid=$1 --regid=$1 --init-groups"; fi
}

# own_folder USER FOLDER: makes it, for USER if we are root.
own_folder() {
  mkdir -p "$2"
  if ((EUID == 0)); then chown "$1": "$2"; fi
  chmod 700 "$2"
  # shellcheck disable=SC2046
  $(run_as "$1") test -w "$2" || die "$2 cannot be reached by the user $1; use another folder"
}

# start_mariadb DATA RUN LOGS PORT PASSWORD: with its data in DATA, its socket below
# RUN, and an account root@127.0.0.1 that has PASSWORD.
start_mariadb() {
  local data=$1 run=$2 log=$3/mariadb.log port=$4 password=$5 as
  local accounts=$run/mariadb/accounts.sql
  # A MariaDB that starts removes the temporary tables of any other in the same folder.
  read -ra as <<<"$(run_as mysql) env TMPDIR=$run/mariadb"
  own_folder mysql "$data"
  own_folder mysql "$run/mariadb"
  if [[ ! -d $data/mysql ]]; then
    step "Making a private MariaDB" "$log" "${as[@]}" mariadb-install-db \
      --no-defaults --datadir="$data" --auth-root-authentication-method=normal \
      --skip-test-db || exit 1
  fi
  (umask 077 && cat >"$accounts" <<END
DELETE FROM mysql.global_priv WHERE user = '' OR user = 'root' AND host <> 'localhost';
FLUSH PRIVILEGES;
ALTER USER root@localhost IDENTIFIED BY '$password';
CREATE USER root@127.0.0.1 IDENTIFIED BY '$password';
GRANT ALL ON *.* TO root@127.0.0.1 WITH GRANT OPTION;
END
  )
  if ((EUID == 0)); then chown mysql: "$accounts"; fi
  start MariaDB TERM "$log" "${as[@]}" /usr/sbin/mariadbd --no-defaults --datadir="$data" \
    --bind-address=127.0.0.1 --port="$port" --socket="$run/mariadb/socket" \
    --pid-file="$run/mariadb/pid" --init-file="$accounts" --skip-name-resolve
  await 60 mariadb-admin --no-defaults --socket="$run/mariadb/socket" ping
  rm -f "$accounts"
}

# start_postgresql DATA RUN LOGS PORT PASSWORD: the same, for the superuser postgres.
start_postgresql() {
  local data=$1 run=$2 log=$3/postgresql.log port=$4 password=$5 as programs=/usr/lib/postgresql/15/bin
  local password_file=$run/postgresql/password
  read -ra as <<<"$(run_as postgres)"
  own_folder postgres "$data"
  own_folder postgres "$run/postgresql"
  if [[ ! -e $data/PG_VERSION ]]; then
    (umask 077 && printf '%s\n' "$password" >"$password_file")
    if ((EUID == 0)); then chown postgres: "$password_file"; fi
    step "Making a private PostgreSQL" "$log" "${as[@]}" "$programs/initdb" \
      -D "$data" -U postgres --auth=scram-sha-256 --pwfile="$password_file" \
      --encoding=UTF8 --locale=C.UTF-8 || exit 1
    rm -f "$password_file"
  fi
  start PostgreSQL INT "$log" "${as[@]}" "$programs/postgres" -D "$data" \
    -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories="$run/postgresql"
  await 60 "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"
}
