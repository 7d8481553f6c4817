# SPDX-License-Identifier: Apache-2.0
"""The server with its index on PostgreSQL: store, find, fetch, restart, kill -9 of either. The other tests run on it
with `MARTLET_TEST_DATABASE=postgresql`.
"""

import postgresql_server
import pydicom
import pytest
from martlet_server import MartletServer, prepared_server
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import CTImageStorage, StudyRootQueryRetrieveInformationModelFind
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet


@pytest.fixture(scope="module")
def database():
    running = postgresql_server.PostgreSQL()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def server(database, tmp_path_factory):
    running = prepared_server(
        tmp_path_factory.mktemp("postgresql") / "data", environment=postgresql_server.environment(database))
    yield running
    running.stop()


def associate(server, *contexts, **options):
    ae = AE(ae_title="TEST")
    for context in contexts:
        ae.add_requested_context(context)
    association = ae.associate(server.host, server.dicom_port, ae_title=server.ae_title, **options)
    assert association.is_established
    return association


def store(server, files):
    """The status of each file."""
    association = associate(server, CTImageStorage)
    statuses = [association.send_c_store(pydicom.dcmread(file)).get("Status") for file in files]
    association.release()
    return statuses


def found(server, name):
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.PatientName = name
    identifier.StudyInstanceUID = ""
    identifier.NumberOfStudyRelatedInstances = ""
    association = associate(server, StudyRootQueryRetrieveInformationModelFind)
    answers = association.send_c_find(identifier, StudyRootQueryRetrieveInformationModelFind)
    result = [int(answer.NumberOfStudyRelatedInstances) for _, answer in answers if answer is not None]
    association.release()
    return result


def got(server, study):
    """UIDs that C-GET brings."""
    received = []

    def handle(event):
        received.append(event.request.AffectedSOPInstanceUID)
        return 0

    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.StudyInstanceUID = study
    association = associate(
        server, StudyRootQueryRetrieveInformationModelGet, CTImageStorage,
        ext_neg=[build_role(CTImageStorage, scp_role=True)], evt_handlers=[(evt.EVT_C_STORE, handle)])
    for _ in association.send_c_get(identifier, StudyRootQueryRetrieveInformationModelGet):
        pass
    association.release()
    return sorted(received)


def test_the_password_is_never_shown(server):
    listed = server.command("config", "--data", server.data).stdout
    assert "database = postgresql://martlet@127.0.0.1:" in listed
    assert postgresql_server.PASSWORD not in listed
    assert postgresql_server.PASSWORD not in server.log_tail(1_000_000)


def test_what_is_stored_is_found_and_fetched(server, ct_files, ct_study):
    assert store(server, ct_files[:10]) == [0] * 10
    assert not (server.data / "index.sqlite").exists()
    name = str(ct_study.PatientName)
    assert found(server, name[:3].lower() + "*") == [10]
    assert len(got(server, ct_study.StudyInstanceUID)) == 10
    answers = server.json(f"/dicom-web/studies?StudyInstanceUID={ct_study.StudyInstanceUID}")
    assert answers[0]["00201208"]["Value"] == [10]


def test_after_the_database_was_away_it_goes_on(server, database, ct_files, ct_study):
    database.order("restart")
    assert store(server, ct_files[10:12]) == [0, 0]
    database.order("stop")
    (status,) = store(server, ct_files[12:13])
    assert status != 0
    database.order("start")
    assert store(server, ct_files[12:14]) == [0, 0]
    assert found(server, str(ct_study.PatientName)) == [14]


@pytest.mark.parametrize("victim", ["server", "database"])
def test_nothing_acknowledged_is_lost_when_one_is_killed(server, database, ct_files, ct_study, victim):
    before = got(server, ct_study.StudyInstanceUID)
    files = ct_files[14:24] if victim == "server" else ct_files[24:34]
    assert store(server, files) == [0] * 10
    if victim == "server":
        server.kill()
        server.start()
    else:
        database.order("crash")
    assert len(got(server, ct_study.StudyInstanceUID)) == len(before) + 10


def test_a_database_belongs_to_one_folder(server, tmp_path):
    other = MartletServer(tmp_path / "other", environment={
        key: server.environment[key] for key in ("MARTLET_DATABASE", "MARTLET_DATABASE_PASSWORD")})
    done = other.command("node", "list", "--data", other.data, expect=None)
    assert done.returncode != 0
    assert "another data folder" in done.stdout + done.stderr
    assert postgresql_server.PASSWORD not in done.stdout + done.stderr
