#!/bin/sh
# A throw-away PostgreSQL cluster for tests: its own files, a unix socket, no port. Never the machine's cluster.
#
#   postgres.sh start        starts one and prints its URL and, on a second line, its directory
#   postgres.sh stop DIR     stops it and removes its files
#   postgres.sh run          starts one, prints its URL, and stops it when standard input ends: for a test process,
#                            whose end, however it comes, closes the pipe
#
# PostgreSQL 15 or later is installed from Debian if it is missing. Nothing is synced to disk: a cluster whose
# machine crashes is lost, which is what it is for.
set -eu

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

# The newest installed server's programs; Debian keeps them out of PATH.
find_programs() {
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
        if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
            echo "$dir"
            return
        fi
    done
}

install() {
    command -v apt-get >/dev/null || fail "install PostgreSQL 15 or later: there is no apt-get here"
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "install PostgreSQL 15 or later: neither root nor sudo"
        sudo=sudo
    fi
    $sudo apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends postgresql >&2
}

# PostgreSQL does not run as root.
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid=postgres --regid=postgres --init-groups "$@"
    else
        runuser -u postgres -- "$@"
    fi
}

# In memory where there is enough of it: a database for each test is a thousand files, made and removed again.
place() {
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'END { print $4 }')
    if [ -w /dev/shm ] && [ "${free:-0}" -ge 4194304 ]; then echo /dev/shm; else echo /tmp; fi
}

start() {
    bin=$(find_programs)
    if [ -z "$bin" ]; then
        install
        bin=$(find_programs)
    fi
    [ -n "$bin" ] || fail "PostgreSQL is not where Debian puts it"
    # Short: the path of a unix socket has at most 107 bytes.
    dir=$(mktemp -d "$(place)/sealpost-pg.XXXXXX")
    [ "$(id -u)" -ne 0 ] || chown postgres:postgres "$dir"
    cd "$dir"
    as_owner "$bin/initdb" --pgdata="$dir/data" --username=sealpost --auth=trust --encoding=UTF8 --locale=C \
        --no-sync >"$dir.log" 2>&1 || { cat "$dir.log" >&2; stop "$dir"; fail "initdb failed"; }
    mv "$dir.log" "$dir/initdb.log"
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0700
max_connections = 800
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    as_owner "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/server.log" --wait --silent start \
        </dev/null >/dev/null 2>&1 || { cat "$dir/server.log" >&2; stop "$dir"; fail "the server did not start"; }
}

url() {
    echo "postgres://sealpost@localhost/postgres?host=$1"
}

stop() {
    case $1 in
    /tmp/sealpost-pg.?????? | /dev/shm/sealpost-pg.??????) ;;
    *) fail "$1 is no cluster of ours" ;;
    esac
    if [ -f "$1/data/postmaster.pid" ]; then
        bin=$(find_programs)
        (cd "$1" && as_owner "$bin/pg_ctl" --pgdata="$1/data" --mode=immediate --wait --silent stop) >&2 || true
    fi
    rm -rf "$1" "$1.log"
}

case ${1-} in
start)
    start
    url "$dir"
    echo "$dir"
    ;;
stop)
    stop "${2?a directory}"
    ;;
run)
    dir=
    trap '[ -z "$dir" ] || stop "$dir"' EXIT
    trap 'exit 130' HUP INT TERM
    start
    url "$dir"
    cat >/dev/null
    ;;
*)
    fail "start, stop DIR or run"
    ;;
esac
