set -eu
export PGDATA=/var/lib/postgresql/data
as() { setpriv --reuid 999 --regid 999 --clear-groups "$@"; }
if [ ! -e "$PGDATA/PG_VERSION" ]; then
    password=$(mktemp) && cat "$POSTGRES_PASSWORD_FILE" >"$password" && chown 999:999 "$password"
    as initdb --username "$POSTGRES_USER" --pwfile "$password" --auth scram-sha-256 --encoding UTF8 --no-sync >/dev/null
    rm "$password"
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | as postgres --single -j postgres >/dev/null
fi
exec setpriv --reuid 999 --regid 999 --clear-groups postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
