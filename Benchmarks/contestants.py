# SPDX-License-Identifier: Apache-2.0
"""Who is measured: Martlet, Orthanc, and the programs that show what the machine allows."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "support"))

from martlet_server import MartletServer, free_ports  # noqa: E402
from peers import tool, wait_port  # noqa: E402

CACHE_MEGABYTES = 64
LOADER = "LOADER"


def compiled(name, folder):
    """A program of this folder."""
    subprocess.run(["gcc", "-O2", "-Wall", "-pthread", "-o", folder / name, ROOT / "Benchmarks" / f"{name}.c"],
                   check=True)
    return folder / name


def cpu_seconds(contestant):
    """User and system time of the process so far."""
    fields = Path(f"/proc/{contestant.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def commit():
    return subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True,
                          text=True).stdout.strip()


class Martlet:
    name, ae_title, prefix = "Martlet", "MARTLET", "/dicom-web"

    def __init__(self, folder, nodes=(), cache_megabytes=CACHE_MEGABYTES):
        """Nodes: (AE title, port)."""
        self.server = MartletServer(folder / "martlet", environment={
            "MARTLET_BLOCK_CACHE_MEGABYTES": str(cache_megabytes), "MARTLET_READY_SEGMENTS": "16"})
        self.server.add_user()
        for title, port in nodes:
            self.server.add_node(title, "127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {self.server.create_token()}"}
        self.server.start()
        self.dicom_port, self.http_port = self.server.dicom_port, self.server.http_port
        self.process = self.server.process

    def rest(self):
        """Returns when what it makes ahead in quiet moments is made, so that it takes nothing from who comes next."""
        def made():
            return sorted((file.name, file.stat().st_blocks) for file in self.server.data.glob("hot/.ready/*"))

        end, seen, since = time.monotonic() + 60, made(), time.monotonic()
        while time.monotonic() < end and time.monotonic() - since < 1.5:
            time.sleep(0.1)
            if (now := made()) != seen:
                seen, since = now, time.monotonic()

    def stop(self):
        self.server.stop()


class Orthanc:
    name, ae_title, prefix, headers = "Orthanc", "ORTHANC", "/dicom-web", {}

    def __init__(self, folder, nodes=()):
        self.http_port, self.dicom_port = free_ports(2)
        self.folder = folder / "orthanc"
        configured = json.loads(Template((ROOT / "Benchmarks" / "orthanc.json").read_text()).substitute(
            FOLDER=folder / "orthanc", HTTP_PORT=self.http_port, DICOM_PORT=self.dicom_port))
        for title, port in nodes:
            known = configured["DicomModalities"].get(title.lower(), {})
            configured["DicomModalities"][title.lower()] = {**known, "AET": title, "Host": "127.0.0.1", "Port": port}
        configuration = folder / "orthanc.json"
        configuration.write_text(json.dumps(configured))
        self.process = subprocess.Popen(
            [tool("Orthanc"), configuration], env=dict(os.environ, TCP_NODELAY="1"),
            stdout=open(folder / "orthanc.log", "wb"), stderr=subprocess.STDOUT)
        wait_port(self.http_port, self.process)
        wait_port(self.dicom_port, self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def forget(self):
        """Takes its files out of the page cache."""
        for file in self.folder.rglob("*"):
            if file.is_file():
                handle = os.open(file, os.O_RDONLY)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(handle)

    @staticmethod
    def version():
        return subprocess.run([tool("Orthanc"), "--version"], capture_output=True, text=True).stdout.split()[1]


def peak_memory(server):
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


class Sink:
    """A mode of sink.c."""

    ae_title = "SINK"

    def __init__(self, program, mode, *arguments):
        self.name = mode
        self.dicom_port, = free_ports(1)
        self.process = subprocess.Popen(
            [program, mode, str(self.dicom_port), *map(str, arguments)], stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


class StoreSCP:
    """DCMTK's receiver, one association at a time: writes a file for each object and flushes none."""

    name, ae_title = "storescp", "STORESCP"

    def __init__(self, folder):
        self.folder = folder / "storescp"
        self.folder.mkdir()
        self.dicom_port, = free_ports(1)
        self.process = subprocess.Popen(
            [tool("storescp"), "-od", self.folder, str(self.dicom_port)], env=dict(os.environ, TCP_NODELAY="1"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_port(self.dicom_port, self.process)

    def clear(self):
        for file in self.folder.iterdir():
            file.unlink()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
