#!/usr/bin/env bash
# Upgrades three nodes, one after the other, from an older revision to what is checked out, while files go up and come
# down through nginx, and says whether anything was lost.
#
#   scripts/upgrade-drill.sh OLD_REVISION
#
# Builds the old revision from a work tree in target/upgrade, which is removed again; needs nginx, PostgreSQL's programs
# and curl. Nothing outside of target/ and a directory in /tmp is touched. SEALPOST_DRILL_OLD and SEALPOST_DRILL_NEW name
# binaries that are there already.
set -euo pipefail
cd "$(dirname "$0")/.."
revision=${1:?OLD_REVISION, such as a tag or a commit}
mkdir -p target/upgrade
target=$PWD/target

say() { echo "upgrade-drill.sh: $*"; }

build() { # directory, name of the copy
    (cd "$1" && CARGO_TARGET_DIR=$target cargo build --quiet --locked --workspace --bin sealpost)
    cp "$target/debug/sealpost" "target/upgrade/$2"
}

old=${SEALPOST_DRILL_OLD:-}
if [ -z "$old" ]; then
    say "building $revision"
    git worktree add --quiet --force --detach target/upgrade/tree "$revision"
    mkdir -p web/dist && cp -r web/dist target/upgrade/tree/web/ # pages are no part of this
    build target/upgrade/tree old
    git worktree remove --force target/upgrade/tree
    old=$PWD/target/upgrade/old
fi
new=${SEALPOST_DRILL_NEW:-}
if [ -z "$new" ]; then
    say "building what is checked out"
    build . new
    new=$PWD/target/upgrade/new
fi

# To the service, a variable that begins as its own do sets a key.
unset SEALPOST_DRILL_OLD SEALPOST_DRILL_NEW
home=$(mktemp -d /tmp/sealpost-drill.XXXXXX)
processes=()
database=
end() {
    status=$?
    touch "$home/over"
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    [ -z "$database" ] || scripts/postgres.sh stop "$database"
    if [ $status -eq 0 ]; then rm -rf "$home"; else say "failed; what was said is in $home"; fi
}
trap end EXIT

{ read -r url; read -r database; } < <(scripts/postgres.sh start)
for name in main keyring; do psql --no-psqlrc --quiet "$url" --command "CREATE DATABASE $name"; done
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
front=$(free_port)
ports=()
for node in 0 1 2; do
    ports+=("$(free_port)")
    cat >"$home/node$node.toml" <<CONF
listen = "127.0.0.1:${ports[node]}"
base_url = "http://127.0.0.1:$front"
data_dir = "$home/data$node"
trusted_proxies = ["127.0.0.1"]
[database]
url = "${url/\/postgres\?//main?}"
[keyring]
url = "${url/\/postgres\?//keyring?}"
[vault]
dir = "$home/vault"
[blob]
dir = "$home/blobs"
[audit]
checkpoints = "$home/checkpoints"
[limits]
network_per_minute = 10000
[mail]
from = "sealpost@acme.example"
directory = "$home/mail"
CONF
done
mkdir "$home/nginx"
cat >"$home/nginx/nginx.conf" <<CONF
daemon off; master_process off; pid $home/nginx/pid;
events { worker_connections 1024; }
http {
    access_log $home/nginx/access.log;
    client_body_temp_path $home/nginx/1; proxy_temp_path $home/nginx/2; fastcgi_temp_path $home/nginx/3;
    uwsgi_temp_path $home/nginx/4; scgi_temp_path $home/nginx/5;
    upstream sealpost {
$(for port in "${ports[@]}"; do echo "        server 127.0.0.1:$port max_fails=1 fail_timeout=2s;"; done)
    }
    server {
        listen 127.0.0.1:$front;
        client_max_body_size 0;
        location / {
            proxy_pass http://sealpost; proxy_http_version 1.1; proxy_set_header Connection '';
            proxy_set_header Host \$http_host; proxy_set_header X-Forwarded-For \$remote_addr;
            proxy_request_buffering off; proxy_buffering off; proxy_next_upstream error timeout;
        }
    }
}
CONF

declare -a running
start() { # node, binary
    "$2" serve --config "$home/node$1.toml" >>"$home/node$1.log" 2>&1 &
    running[$1]=$!
    processes+=($!)
    for _ in $(seq 300); do
        curl --silent --fail --output /dev/null "http://127.0.0.1:${ports[$1]}/readyz" && return
        kill -0 "${running[$1]}" 2>/dev/null || break
        sleep 0.2
    done
    tail -5 "$home/node$1.log"
    say "node $1 is not ready"
    exit 1
}

"$old" migrate --config "$home/node0.toml" >/dev/null
"$old" tenant create acme --name Acme --config "$home/node0.toml" >/dev/null
"$old" user create eve@acme.example --tenant acme --name Eve --role owner --config "$home/node0.toml" >/dev/null
token=$("$old" token create eve@acme.example --tenant acme --scopes "send read" --config "$home/node0.toml")
for node in 0 1 2; do start $node "$old"; done
nginx -p "$home/nginx" -e "$home/nginx/error.log" -c "$home/nginx/nginx.conf" &
processes+=($!)
for _ in $(seq 100); do curl --silent --fail --output /dev/null "http://127.0.0.1:$front/healthz" && break; sleep 0.1; done
say "three old nodes serve ($("$old" --version))"

# Sends files of its own, one after the other, fetches each, and compares, until it is over.
worker() {
    set +e
    mkdir "$home/worker$1"
    cd "$home/worker$1" || exit
    number=0
    while [ ! -e "$home/over" ]; do
        number=$((number + 1))
        head -c $((1 + RANDOM * 900)) /dev/urandom >file
        link=$(SEALPOST_STATE_DIR=state SEALPOST_TOKEN=$token "$new" send file --to anna@example.org \
            --server "http://127.0.0.1:$front" 2>>errors | cut -f 2)
        rm -rf out
        if "$new" get "$link" -o out >/dev/null 2>>errors && cmp --quiet file out/file; then
            echo "$link $(sha256sum <file | cut -d ' ' -f 1)" >>sent
        else
            echo "file $number was lost" >>lost
        fi
    done
}
workers=()
for number in 1 2; do worker "$number" & workers+=($!); done
# A big one, which is under way when a node is told to end.
slow() {
    cd "$home"
    head -c 100M /dev/urandom >slow.bin
    SEALPOST_STATE_DIR=state SEALPOST_TOKEN=$token \
        "$new" send slow.bin --to bert@example.org --server "http://127.0.0.1:$front" >slow.link 2>slow.errors
}
for node in 0 1 2; do
    slow_pid=
    slow & slow_pid=$!
    sleep 1
    kill -TERM "${running[$node]}"
    wait "${running[$node]}" || { say "node $node did not end well"; exit 1; }
    sed -i '/^\[mail\]/i [serve]\ndrain_seconds = 2' "$home/node$node.toml"
    start $node "$new"
    wait "$slow_pid" || { cat "$home/slow.errors"; say "the big file did not come up"; exit 1; }
    rm -rf "$home/slow.out"
    "$new" get "$(cut -f 2 "$home/slow.link")" -o "$home/slow.out" >/dev/null
    cmp "$home/slow.bin" "$home/slow.out/slow.bin"
    say "node $node is new; $(cat "$home"/worker*/sent 2>/dev/null | wc -l) files sent and fetched so far"
done
touch "$home/over"
for worker in "${workers[@]}"; do wait "$worker" || true; done
[ -z "$(cat "$home"/worker*/lost 2>/dev/null)" ] || { cat "$home"/worker*/lost "$home"/worker*/errors; exit 1; }

# What the old nodes took, the new ones give.
count=0
while read -r link sum; do
    rm -rf "$home/out"
    "$new" get "$link" -o "$home/out" >/dev/null
    [ "$(sha256sum <"$home/out/file" | cut -d ' ' -f 1)" = "$sum" ] || { say "$link is not what was sent"; exit 1; }
    count=$((count + 1))
done < <(cat "$home"/worker*/sent)
"$new" audit verify --live --tenant acme --config "$home/node0.toml"
[ -z "$("$new" jobs list --failed --config "$home/node0.toml")" ] || { say "jobs were given up"; exit 1; }
say "nothing was lost: $count files of the while, and three of 100 MiB, are what was sent"
