# SPDX-License-Identifier: Apache-2.0
"""A folder that forgets at a power loss what was not flushed: `powerfs/powerfs.c` over FUSE."""
import errno
import functools
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).parent / "powerfs" / "powerfs.c"


@functools.cache
def unavailable():
    """Why there can be no such folder here; None where there can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is not there"
    if shutil.which("fusermount3") is None:
        return "fusermount3 is not installed"
    if subprocess.run(["pkg-config", "--exists", "fuse3"], check=False).returncode != 0:
        return "libfuse3-dev is not installed"
    with tempfile.TemporaryDirectory() as folder:
        try:
            PowerFolder(Path(folder) / "tried", build(folder)).unmount()
        except AssertionError as error:
            return f"nothing can be mounted over FUSE: {error}"
    return None


def build(folder):
    program = Path(folder) / "powerfs"
    if not program.exists():
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "fuse3"], capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(
            ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(program), str(SOURCE), *flags],
            check=True)
    return program


class PowerFolder:
    """`path` is the folder; what it shows stands in `path.backing`."""

    def __init__(self, path, program):
        self.path, self.program = Path(path), program
        self.backing = self.path.with_name(self.path.name + ".backing")
        self.path.mkdir(parents=True)
        self.backing.mkdir()
        self.process = None
        self.mount()

    def mount(self):
        self.process = subprocess.Popen([str(self.program), str(self.backing), str(self.path), "-f"])
        end = time.monotonic() + 20
        while not os.path.ismount(self.path):
            assert self.process.poll() is None and time.monotonic() < end, "powerfs does not start"
            time.sleep(0.01)

    def unmount(self):
        if self.process is None:
            return
        assert self.process.poll() is None, f"powerfs ended with {self.process.returncode}"
        end = time.monotonic() + 20
        options = ["-u"]
        while subprocess.run(
                ["fusermount3", *options, str(self.path)], capture_output=True, check=False
        ).returncode != 0 and os.path.ismount(self.path):
            time.sleep(0.02)
            if time.monotonic() > end:  # on a loaded machine the dead process may still be closing its files
                options = ["-u", "-z"]
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:  # another mount namespace has it too
            self.process.kill()
            self.process.wait()
        self.process = None

    def lose_power(self, seed):
        """Nobody has a file open there any more. What was not flushed is gone, as far as the seed says."""
        try:
            os.mkdir(self.path / f".power-loss-{seed}")
        except OSError as error:
            assert error.errno == errno.ECANCELED, error
        self.unmount()
        self.mount()
