# SPDX-License-Identifier: Apache-2.0
"""DICOM over TLS (BCP 195): DCMTK's and OpenSSL's tools, certificates on both sides, renewal, old protocols refused."""
import os
import subprocess

import pytest
from martlet_server import MartletServer, free_ports
from peers import run, running, tool


class Authority:
    """A certificate authority of this test's own."""

    def __init__(self, folder, name):
        self.folder = folder
        folder.mkdir()
        self.certificate, self.key = folder / "ca.pem", folder / "ca.key"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.certificate,
                     "-days", "2", "-subj", f"/CN={name}")

    @staticmethod
    def openssl(*arguments):
        subprocess.run([tool("openssl"), *map(str, arguments)], check=True, capture_output=True)

    def issue(self, name, file=None):
        """A certificate for 127.0.0.1 and its key, as two paths."""
        stem = self.folder / (file or name)
        request, extension = stem.with_suffix(".csr"), stem.with_suffix(".ext")
        certificate, key = stem.with_suffix(".pem"), stem.with_suffix(".key")
        extension.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                     "-days", "2", "-extfile", extension, "-out", certificate)
        return certificate, key


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls") / "ca", "Test authority")


@pytest.fixture(scope="module")
def station(authority):
    return authority.issue("station")


@pytest.fixture(scope="module")
def secure(tmp_path_factory, authority):
    folder = tmp_path_factory.mktemp("martlet")
    certificate, key = authority.issue("server")
    (tls_port,) = free_ports(1)
    server = MartletServer(folder / "data", extra=[
        "--set", f"dicomTLSCertificate={certificate}", "--set", f"dicomTLSKey={key}",
        "--set", f"dicomTLSAuthorities={authority.certificate}", "--set", f"dicomTLSPort={tls_port}"])
    server.tls_port, server.certificate, server.key = tls_port, certificate, key
    with server:
        yield server


def options(authority, station):
    return "+tls", station[1], station[0], "+cf", authority.certificate


def martlet(server, *arguments, expect=0):
    return server.command(*arguments, expect=expect)


def test_dcmtk_calls(secure, authority, station, ct_files):
    run("echoscu", *options(authority, station), "127.0.0.1", secure.tls_port)
    run("storescu", *options(authority, station), "127.0.0.1", secure.tls_port, *ct_files)
    found = run("findscu", *options(authority, station), "-S", "127.0.0.1", secure.tls_port,
                "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "-k", "NumberOfStudyRelatedInstances")
    assert f"[{len(ct_files)}" in found


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_newer_protocols_are_spoken(secure, authority, station, version):
    text = s_client(secure, authority, station, f"-{version}")
    assert "Verify return code: 0 (ok)" in text
    assert f"New, TLSv{version[3:].replace('_', '.')}, Cipher is" in text and "(NONE)" not in text


@pytest.mark.parametrize("version, suites", [
    ("tls1", "ALL"), ("tls1_1", "ALL"), ("tls1_2", "AES128-SHA"), ("tls1_2", "DHE-RSA-AES128-SHA256"),
    ("tls1_2", "ECDHE-RSA-AES128-SHA")])
def test_older_protocols_and_weak_suites_are_refused(secure, authority, station, version, suites):
    text = s_client(secure, authority, station, f"-{version}", "-cipher", suites + ":@SECLEVEL=0")
    assert "alert" in text and "Cipher is (NONE)" in text


def s_client(secure, authority, station, *more):
    done = subprocess.run(
        [tool("openssl"), "s_client", "-connect", f"127.0.0.1:{secure.tls_port}", "-CAfile", authority.certificate,
         "-cert", station[0], "-key", station[1], *more], input="", capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


def test_who_has_no_certificate_of_the_authority_is_refused(secure, authority, tmp_path):
    other = Authority(tmp_path / "other", "Other authority")
    certificate, key = other.issue("stranger")
    run("echoscu", "+tla", "+cf", authority.certificate, "127.0.0.1", secure.tls_port, expect=1)
    run("echoscu", "+tls", key, certificate, "+cf", authority.certificate, "127.0.0.1", secure.tls_port, expect=1)
    # And who speaks no TLS at all.
    run("echoscu", "-ta", "5", "127.0.0.1", secure.tls_port, expect=1)
    assert run("echoscu", *options(authority, authority.issue("known")), "127.0.0.1", secure.tls_port) == ""


def test_our_commands(secure, authority, station, ct_files):
    tls = ["--tls", "--cert", station[0], "--cert-key", station[1], "--ca", authority.certificate]
    martlet(secure, "echo", "127.0.0.1", secure.tls_port, *tls)
    martlet(secure, "send", "127.0.0.1", secure.tls_port, ct_files[0], *tls)
    assert "could not be negotiated" in martlet(
        secure, "echo", "127.0.0.1", secure.tls_port, "--tls", expect=1).stderr
    refused = martlet(secure, "echo", "127.0.0.1", secure.tls_port, "--tls", "--verify", "none", expect=None)
    assert refused.returncode == 1
    assert martlet(secure, "echo", "127.0.0.1", secure.dicom_port, *tls, expect=None).returncode == 1
    assert martlet(secure, "echo", "127.0.0.1", 1, "--cert", "x", expect=None).returncode == 64


def test_our_commands_and_dcmtk(secure, authority, station, tmp_path, ct_files):
    certificate, key = authority.issue("scp")
    (port,) = free_ports(1)
    folder = tmp_path / "in"
    folder.mkdir()
    tls = ["--tls", "--cert", station[0], "--cert-key", station[1], "--ca", authority.certificate]
    with running("storescp", "+tls", key, certificate, "+cf", authority.certificate, "-od", folder, port, port=port,
                 log=tmp_path / "scp.log"):
        martlet(secure, "echo", "127.0.0.1", port, *tls)
        martlet(secure, "send", "127.0.0.1", port, *ct_files[:3], *tls)
        assert len(list(folder.iterdir())) == 3
        # The archive as requestor: C-MOVE and forwarding.
        martlet(secure, "node", "add", "SCP", "127.0.0.1", port, "--data", secure.data)
        martlet(secure, "node", "set", "SCP", "--tls", "--data", secure.data)
        run("storescu", "127.0.0.1", secure.dicom_port, *ct_files)
        study = run("dcmdump", "+P", "StudyInstanceUID", "-q", ct_files[0]).split("[")[1].split("]")[0]
        run("movescu", "-S", "-aem", "SCP", "127.0.0.1", secure.dicom_port, "-k", "QueryRetrieveLevel=STUDY",
            "-k", f"StudyInstanceUID={study}")
        assert len(list(folder.iterdir())) == len(ct_files)


def test_certificates_are_renewed_without_a_restart(secure, authority, station):
    def serial():
        text = s_client(secure, authority, station)
        pem = text[text.index("-----BEGIN"):text.index("-----END CERTIFICATE-----") + 26]
        return subprocess.run([tool("openssl"), "x509", "-noout", "-serial"], input=pem, capture_output=True,
                              text=True).stdout

    before = serial()
    certificate, key = authority.issue("server", file="renewed")
    secure.key.write_text("rubbish")
    run("echoscu", *options(authority, station), "127.0.0.1", secure.tls_port)  # the old ones stay in use
    assert serial() == before
    os.replace(key, secure.key)
    os.replace(certificate, secure.certificate)
    assert serial() != before
    run("echoscu", *options(authority, station), "127.0.0.1", secure.tls_port)


def test_what_a_node_may(secure, authority, station, ct_files, mr_files):
    def node(*arguments):
        martlet(secure, "node", *arguments, "--data", secure.data)

    def stored(files, expect=0, port=None, tls=()):
        run("storescu", "-aet", "CT1", *tls, "127.0.0.1", port or secure.dicom_port, *files, expect=expect)

    node("add", "CT1", "127.0.0.1", 104)
    node("set", "CT1", "--require-tls")
    stored(ct_files[:1], expect=1)
    stored(ct_files[:1], port=secure.tls_port, tls=options(authority, station))
    node("set", "CT1", "--no-require-tls", "--sop-class", "1.2.840.10008.5.1.4.1.1.2")
    stored(ct_files[:1])
    assert "No presentation context for: (MR)" in run(
        "storescu", "-aet", "CT1", "127.0.0.1", secure.dicom_port, mr_files[0], expect=None)
    query = ("-aet", "CT1", "-S", "127.0.0.1", secure.dicom_port, "-k", "QueryRetrieveLevel=STUDY")
    assert "No Acceptable" not in run("findscu", *query)
    node("set", "CT1", "--allow", "store")
    assert "No Acceptable" in run("findscu", *query, expect=None)
    run("echoscu", "-aet", "CT1", "127.0.0.1", secure.dicom_port)
    node("add", "CT1", "192.0.2.1", 104)
    node("set", "CT1", "--check-address")
    run("echoscu", "-aet", "CT1", "127.0.0.1", secure.dicom_port, expect=1)
    node("set", "CT1", "--no-check-address")
    run("echoscu", "-aet", "CT1", "127.0.0.1", secure.dicom_port)
