# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the interoperability tests: the real server, and objects to send to it."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import corpus  # noqa: E402
import pydicom  # noqa: E402
import pytest  # noqa: E402
from martlet_server import prepared_server  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One running server for all tests of a file, with an administrator and a bearer token."""
    running = prepared_server(tmp_path_factory.mktemp("martlet") / "data")
    yield running
    running.stop()


def volume(prefix):
    return sorted((corpus.FOLDER / "synthetic" / "volume").glob(prefix + "*.dcm"))


@pytest.fixture(scope="session")
def ct_files():
    """Forty CT slices of one study, uncompressed."""
    return volume("ct")


@pytest.fixture(scope="session")
def mr_files():
    return volume("mr")


@pytest.fixture(scope="session")
def ct_study(ct_files):
    """The header of the first CT slice, for its UIDs."""
    return pydicom.dcmread(ct_files[0], stop_before_pixels=True)


def pytest_terminal_summary(terminalreporter):
    absent = corpus.absent_counts(corpus.entries())
    text = ", ".join(f"{count} of {part}/" for part, count in sorted(absent.items())) or "none"
    terminalreporter.write_line(f"corpus files absent: {text}")
