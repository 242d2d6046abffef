#!/bin/bash
# The README's first command shows all of it, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."

folders() { find /tmp -maxdepth 1 -name 'eds.??????' | sort; }

before=$(folders)
said=$(tools/quickstart --once)
printf '%s\n' "$said"
for line in \
  "kato config set mysql_node mysql/host 127.0.0.1" "kato restart mysql_node" \
  "helion create-service mysql" "helion bind-service mysql-" \
  "kato config set postgresql_node postgresql/host 127.0.0.1" "kato restart postgresql_node" \
  "helion create-service postgresql" "helion bind-service postgresql-" \
  "mysql -h 127.0.0.1" "psql postgresql://"; do
  grep -qF "\$ $line" <<<"$said" || { echo "not run: $line" && exit 1; }
done
left=$(comm -13 <(echo "$before") <(folders))
[[ -z $left ]] || { echo "left behind: $left" && exit 1; }
