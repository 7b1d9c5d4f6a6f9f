# Shared by scripts/check, demo, matrix and test: find a Python and make an environment. Sourced, not run.

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "nbdiag needs Python 3.11 or newer: install one, or name it with PYTHON=…" >&2
    return 1
}

# make_environment FOLDER: a virtual environment there, with a pip that knows dependency groups.
make_environment() {
    local python
    python=$(find_python) || return 1
    [ -x "$1/bin/python" ] || "$python" -m venv "$1" || {
        echo "No virtual environment could be made: on Debian, install python3-venv." >&2
        return 1
    }
    "$1/bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
}

# enter_environment FOLDER: its programs come first on the path, whether FOLDER is relative or absolute.
enter_environment() {
    local programs
    programs=$(cd "$1/bin" && pwd) || return 1
    export PATH="$programs:$PATH"
}
