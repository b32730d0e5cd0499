"""PostgreSQL for a bench: a cluster of its own, which syncs nothing to disk."""

import contextlib
import pathlib
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "scripts/postgres.sh"


@contextlib.contextmanager
def cluster():
    """Starts one, and says how its databases are made: a function from a name to a URL."""
    started = subprocess.run([SCRIPT, "start"], stdout=subprocess.PIPE, text=True, check=True)
    url, directory = started.stdout.split()[:2]

    def database(name):
        sql(url, f"CREATE DATABASE {name}")
        return of(url, name)

    try:
        yield database
    finally:
        subprocess.run([SCRIPT, "stop", directory], check=True)


def sql(url, text):
    words = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--dbname", url, "--command", text]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def of(url, name):
    """The URL of another database of the same server."""
    head, _, query = url.partition("?")
    scheme, rest = head.split("://", 1)
    return f"{scheme}://{rest.split('/')[0]}/{name}" + (f"?{query}" if query else "")
