# SPDX-License-Identifier: Apache-2.0
"""Starts, asks and stops the real `martlet` program for tests.

The binary is `$MARTLET_BIN`, by default `.build/debug/martlet` below the checkout. Every server gets free ports on the
loopback address and a data folder of its own, so tests can run beside each other and beside a real server.
"""
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import postgresql_server

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = float(os.environ.get("MARTLET_START_SECONDS", "60"))
STOP_SECONDS = 10.0
PASSWORD = "correct horse battery staple"


def binary():
    """Path of the program under test."""
    return Path(os.environ.get("MARTLET_BIN", ROOT / ".build" / "debug" / "martlet"))


def free_ports(count):
    """Distinct TCP ports on 127.0.0.1 that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class CommandFailed(Exception):
    """A `martlet` command ended with another code than the test expected."""


class MartletServer:
    """One server process with its data folder.

        with MartletServer(tmp_path / "data") as server:
            server.request("/dicom-web/studies")
    """

    def __init__(self, data, extra=(), environment=None):
        self.data = Path(data)
        self.data.mkdir(parents=True, exist_ok=True)
        self.dicom_port, self.http_port, self.https_port, self.hl7_port = free_ports(4)
        self.ae_title = "MARTLET"
        self.host = "127.0.0.1"
        self.extra = list(extra)
        # Each test's server would write so many zeros for nobody; those that are about it say so.
        self.environment = {
            **os.environ, "MARTLET_READY_SEGMENTS": "0", **postgresql_server.environment(), **(environment or {})}
        self.log_path = self.data.parent / (self.data.name + ".log")
        self.process = None
        self.token = None

    # The process

    def start(self):
        """Starts `martlet serve` and waits until `/readyz` answers 200."""
        command = [
            str(binary()), "serve", "--data", str(self.data),
            "--dicom-port", str(self.dicom_port), "--http-port", str(self.http_port),
            "--https-port", str(self.https_port), "--hl7-port", str(self.hl7_port), *self.extra,
        ]
        log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=self.environment)
        log.close()
        self.wait_ready()
        return self

    def wait_ready(self, seconds=START_SECONDS):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"martlet serve ended with {self.process.returncode}:\n{self.log_tail()}")
            if self.is_ready():
                return
            time.sleep(0.05)
        raise RuntimeError(f"martlet serve was not ready after {seconds} s:\n{self.log_tail()}")

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, seconds=STOP_SECONDS):
        """SIGTERM; the server has ten seconds. Returns its exit code."""
        if self.process is None or self.process.poll() is not None:
            return None if self.process is None else self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"martlet did not stop within {seconds} s of SIGTERM:\n{self.log_tail()}") from None

    def kill(self):
        """kill -9, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def lose_index(self):
        """Takes the index away from a server that does not run: it has none, or an empty one, at its next start."""
        for file in self.data.glob("index.sqlite*"):
            file.unlink()
        self.environment.update(postgresql_server.environment())

    def log_tail(self, characters=4000):
        return self.log_path.read_text(errors="replace")[-characters:] if self.log_path.exists() else ""

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        self.stop()

    # What it uses

    def memory(self, field="VmRSS"):
        """Bytes of resident memory (`VmRSS`) or its peak (`VmHWM`)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"no {field} in /proc/{self.process.pid}/status")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    # The command line on the same data folder

    def command(self, *arguments, standard_input=None, expect=0, timeout=300):
        """Runs `martlet …` and returns the finished process; `expect=None` accepts any exit code."""
        done = subprocess.run(
            [str(binary()), *map(str, arguments)], input=standard_input, capture_output=True, text=True,
            timeout=timeout, env=self.environment)
        if expect is not None and done.returncode != expect:
            raise CommandFailed(
                f"martlet {' '.join(map(str, arguments))}: exit code {done.returncode}, expected {expect}\n"
                f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done

    def add_user(self, name="admin", role="administrator", password=PASSWORD):
        self.command(
            "user", "add", name, "--role", role, "--password-stdin", "--data", self.data,
            standard_input=password + "\n")

    def create_token(self, user="admin"):
        done = self.command("token", "create", "--user", user, "--data", self.data)
        self.token = done.stdout.strip().splitlines()[-1].strip()
        return self.token

    def add_node(self, ae_title, host, port):
        self.command("node", "add", ae_title, host, port, "--data", self.data)

    # HTTP

    @property
    def url(self):
        return f"http://{self.host}:{self.http_port}"

    def request(self, path, method="GET", body=None, headers=None, token=True, timeout=60):
        """One HTTP request; returns (status, headers, body) and never raises for a status."""
        sent = dict(headers or {})
        if token and self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path, **options):
        """The JSON value of a GET that must answer 200; None for 204."""
        status, _, body = self.request(path, headers={"Accept": "application/json"}, **options)
        if status == 204:
            return None
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:500]!r}")
        return json.loads(body)


def prepared_server(data, **options):
    """A running server with the administrator `admin` (password `PASSWORD`) and a bearer token."""
    server = MartletServer(data, **options)
    server.add_user()
    server.create_token()
    return server.start()
