# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own (`Tests/support/postgresql`), and databases of it.

With `MARTLET_TEST_DATABASE=postgresql` every server that the tests start keeps its index there.
"""
import atexit
import itertools
import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("postgresql")
PASSWORD = "opensesame"
_numbers = itertools.count(1)
_shared = []


class PostgreSQL:
    """A running server; ends with `stop`, or with this process."""

    def __init__(self, *settings):
        self.process = subprocess.Popen(
            [str(SCRIPT), *settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        if len(words) != 2:
            raise RuntimeError("PostgreSQL did not start: are its server binaries installed?")
        self.folder, self.port = words

    def order(self, word):
        """`restart`, `crash`, `stop` or `start`."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        if self.process.stdout.readline().strip() != "done":
            raise RuntimeError(f"PostgreSQL did not {word}")

    def new_database(self):
        """The address of a new, empty database, without the password."""
        name = f"interop{os.getpid()}_{next(_numbers)}"
        subprocess.run(
            ["psql", "-q", "-h", self.folder, "-p", self.port, "-U", "martlet", "-d", "postgres", "-c",
             f"CREATE DATABASE {name}"], check=True, stdin=subprocess.DEVNULL)
        return f"postgresql://martlet@127.0.0.1:{self.port}/{name}"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


def environment(server=None):
    """What a `martlet` process needs for a database of its own; nothing unless asked for."""
    if server is None:
        if os.environ.get("MARTLET_TEST_DATABASE", "sqlite") != "postgresql":
            return {}
        if not _shared:
            _shared.append(PostgreSQL("fsync=off"))
            atexit.register(_shared[0].stop)
        server = _shared[0]
    return {"MARTLET_DATABASE": server.new_database(), "MARTLET_DATABASE_PASSWORD": PASSWORD}
