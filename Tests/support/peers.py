# SPDX-License-Identifier: Apache-2.0
"""Other people's programs as peers: found, run, started on free ports, stopped."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

from martlet_server import free_ports


def tool(name):
    """Path of a peer's program. A peer that is missing fails the test: nothing is skipped in silence."""
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    assert path, f"{name} is not installed; scripts/setup installs the peers"
    return path


def run(name, *arguments, expect=0, timeout=120):
    """Runs a peer's program; returns standard output and standard error as one text."""
    done = subprocess.run(
        [tool(name), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", timeout=timeout)
    if expect is not None:
        assert done.returncode == expect, f"{name}: exit code {done.returncode}\n{done.stdout[-3000:]}"
    return done.stdout


def wait_port(port, process, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"peer ended with {process.returncode} before it listened"
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on port {port} after {seconds} s")


@contextlib.contextmanager
def running(name, *arguments, port, log, environment=None, cwd=None):
    """A peer's server process for the time of a `with` block."""
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [tool(name), *map(str, arguments)], stdout=output, stderr=subprocess.STDOUT,
            env=dict(os.environ, **(environment or {})), cwd=cwd)
    try:
        wait_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def storescp(folder, ae_title="STORESCP", *options):
    """DCMTK's storescp; yields its port. Files are written as received (`+B`)."""
    port = free_ports(1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    log = folder.parent / (folder.name + ".storescp.log")
    with running("storescp", "-aet", ae_title, "-od", folder, "+B", "+xa", "-uf", *options, port, port=port, log=log):
        yield port


def wait_for(condition, seconds=60, what="the condition"):
    """Polls until `condition()` is true, and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not come true within {seconds} s"
        time.sleep(0.05)
