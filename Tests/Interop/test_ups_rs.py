# SPDX-License-Identifier: Apache-2.0
"""The worklist service over HTTP, UPS-RS (PS3.18 §11), with requests and a WebSocket client; DIMSE beside it."""
import json

import pydicom
import pytest
import requests
import websockets.sync.client
from pydicom.uid import generate_uid
from test_ups import associate, get, move

GLOBAL = "1.2.840.10008.5.1.4.34.5"
FILTERED = "1.2.840.10008.5.1.4.34.5.1"
TYPE = "application/dicom+json"


class Client:
    def __init__(self, server):
        self.server = server
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + server.token

    def call(self, method, path, body=None, **headers):
        if body is not None:
            headers = {"Content-Type": TYPE, **headers}
            body = json.dumps(body)
        return self.session.request(
            method, f"{self.server.url}/dicom-web{path}", data=body, headers=headers, timeout=60)

    def create(self, uid=None, **changes):
        uid = uid or generate_uid()
        answer = self.call("POST", f"/workitems?{uid}", creation(**changes))
        assert answer.status_code == 201, answer.text
        assert answer.headers["Location"].endswith("/workitems/" + uid)
        return uid

    def move(self, uid, state, transaction=None):
        step = pydicom.Dataset()
        step.ProcedureStepState = state
        if transaction:
            step.TransactionUID = transaction
        return self.call("PUT", f"/workitems/{uid}/state", step.to_json_dict())

    def watch(self, title):
        address = self.server.url.replace("http", "ws") + "/dicom-web/subscribers/" + title
        return websockets.sync.client.connect(
            address, additional_headers={"Authorization": "Bearer " + self.server.token})


def creation(**changes):
    step = pydicom.Dataset()
    step.ProcedureStepState = "SCHEDULED"
    step.ScheduledProcedureStepPriority = "HIGH"
    step.ProcedureStepLabel = "Lung nodules"
    step.WorklistLabel = "CAD"
    step.ScheduledProcedureStepStartDateTime = "20260105101500"
    step.InputReadinessState = "READY"
    step.PatientName = "Müller^Eva"
    step.PatientID = "P1"
    for key, value in changes.items():
        if value is None:
            delattr(step, key)
        else:
            setattr(step, key, value)
    return step.to_json_dict()


def next_event(socket):
    event = pydicom.Dataset.from_json(socket.recv(timeout=60))
    return event[0x00001000].value, event[0x00001002].value, event


@pytest.fixture(scope="module")
def client(server):
    return Client(server)


def test_a_workitem_goes_its_way(client):
    uid = client.create()
    answer = client.call("GET", f"/workitems/{uid}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == TYPE
    step, = answer.json()
    assert step["00741000"]["Value"] == ["SCHEDULED"] and step["00100010"]["Value"][0]["Alphabetic"] == "Müller^Eva"
    transaction = generate_uid()
    assert client.move(uid, "IN PROGRESS", transaction).status_code == 200
    late = client.move(uid, "IN PROGRESS", generate_uid())
    assert late.status_code == 400 and "Transaction UID" in late.headers["Warning"]
    progress = pydicom.Dataset()
    item = pydicom.Dataset()
    item.ProcedureStepProgress = "50"
    progress.ProcedureStepProgressInformationSequence = [item]
    assert client.call("POST", f"/workitems/{uid}", progress.to_json_dict()).status_code == 400
    assert client.call("POST", f"/workitems/{uid}?{transaction}", progress.to_json_dict()).status_code == 200
    early = client.move(uid, "COMPLETED", transaction)
    assert early.status_code == 409 and "final state" in early.headers["Warning"]
    code = pydicom.Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "110513", "DCM", "Discontinued"
    item.ProcedureStepCancellationDateTime = "20260105101700"
    item.ProcedureStepDiscontinuationReasonCodeSequence = [code]
    answer = client.call("POST", f"/workitems/{uid}?transaction-uid={transaction}", progress.to_json_dict())
    assert answer.status_code == 200
    assert client.move(uid, "CANCELED", transaction).status_code == 200
    again = client.move(uid, "CANCELED", transaction)
    assert again.status_code == 200 and "already" in again.headers["Warning"]
    step, = client.call("GET", f"/workitems/{uid}").json()
    assert step["00741000"]["Value"] == ["CANCELED"] and "00081195" not in step


def test_http_and_dimse_see_one_worklist(client, server):
    uid = client.create()
    association = associate(server)
    assert get(association, uid)[1].ProcedureStepLabel == "Lung nodules"
    transaction = generate_uid()
    assert move(association, uid, "IN PROGRESS", transaction) == 0x0000
    association.release()
    assert client.call("GET", f"/workitems/{uid}").json()[0]["00741000"]["Value"] == ["IN PROGRESS"]
    assert client.move(uid, "COMPLETED", transaction).status_code == 409


def test_xml(client):
    uid = client.create()
    answer = client.call("GET", f"/workitems/{uid}", Accept='multipart/related; type="application/dicom+xml"')
    assert answer.status_code == 200 and b"<NativeDicomModel" in answer.content
    assert client.call("GET", f"/workitems/{uid}", Accept="image/png").status_code == 406


def test_search(client):
    label = "LIST" + generate_uid()[-8:]
    first = client.create(WorklistLabel=label)
    second = client.create(WorklistLabel=label, PatientID="P2", ScheduledProcedureStepStartDateTime="20260301")

    def found(query):
        answer = client.call("GET", f"/workitems?WorklistLabel={label}&{query}")
        return [each["00080018"]["Value"][0] for each in answer.json()] if answer.status_code == 200 else []

    assert found("") == [first, second]
    assert found("PatientID=P2") == [second]
    assert found("00404005=20260101-20260131") == [first]
    assert found("patientname=") == []  # not a keyword
    assert found("offset=1") == [second]
    assert found("limit=1") == [first]
    assert client.call("GET", f"/workitems?WorklistLabel={label}&PatientID=NOBODY").status_code == 204
    plain, = client.call("GET", f"/workitems?SOPInstanceUID={first}").json()
    assert "00400400" not in plain and plain["00741204"]["Value"] == ["Lung nodules"]
    whole, = client.call("GET", f"/workitems?SOPInstanceUID={first}&includefield=all").json()
    assert "00400400" in whole
    assert client.call("GET", "/workitems?NoSuchKeyword=1").status_code == 400


def test_bad_requests(client, server):
    uid = client.create()
    assert client.call("POST", f"/workitems?{uid}", creation()).status_code == 409
    assert client.call("POST", "/workitems?1.2.x.", creation()).status_code == 400
    for changes in ({"ProcedureStepState": "COMPLETED"}, {"ProcedureStepLabel": None}, {"InputReadinessState": "X"}):
        answer = client.call("POST", f"/workitems?{generate_uid()}", creation(**changes))
        assert answer.status_code == 400 and answer.json()["detail"]
    assert client.call("GET", "/workitems/1.2.3.4.5").status_code == 404
    assert client.call("POST", "/workitems/1.2.3.4.5", creation()).status_code == 404
    assert client.move("1.2.3.4.5", "IN PROGRESS", "1.2.3").status_code == 404
    assert client.move(uid, "IN PROGRESS").status_code == 400
    assert client.move(uid, "NONSENSE", "1.2.3").status_code == 400
    assert client.move(uid, "SCHEDULED", "1.2.3").status_code == 409
    assert client.move(uid, "COMPLETED", "1.2.3").status_code == 409
    assert client.call("DELETE", f"/workitems/{uid}").status_code == 405
    raw = client.session.post(f"{server.url}/dicom-web/workitems", data="{", headers={"Content-Type": TYPE}, timeout=60)
    assert raw.status_code == 400
    raw = client.session.post(f"{server.url}/dicom-web/workitems", data="x", headers={"Content-Type": "text/plain"},
                              timeout=60)
    assert raw.status_code == 415
    assert requests.get(f"{server.url}/dicom-web/workitems", timeout=60).status_code == 401


def test_events_over_a_web_socket(client):
    uid = client.create()
    with client.watch("WEB1") as socket:
        answer = client.call("POST", f"/workitems/{uid}/subscribers/WEB1?deletionlock=true")
        assert answer.status_code == 201
        assert answer.headers["Content-Location"].startswith("ws://")
        assert answer.headers["Content-Location"].endswith("/dicom-web/subscribers/WEB1")
        told, event_type, event = next_event(socket)
        assert (told, event_type, event.ProcedureStepState) == (uid, 1, "SCHEDULED")
        assert event[0x00000002].value == "1.2.840.10008.5.1.4.34.6.4"
        assert client.move(uid, "IN PROGRESS", generate_uid()).status_code == 200
        assert next_event(socket)[2].ProcedureStepState == "IN PROGRESS"
        reason = pydicom.Dataset()
        reason.ReasonForCancellation = "zu spät"
        answer = client.call("POST", f"/workitems/{uid}/cancelrequest", reason.to_json_dict())
        assert answer.status_code == 202
        told, event_type, event = next_event(socket)
        assert (told, event_type, event.ReasonForCancellation) == (uid, 2, "zu spät")
        socket.ping().wait(60)
        assert client.call("DELETE", f"/workitems/{uid}/subscribers/WEB1").status_code == 200
        assert client.call("DELETE", f"/workitems/{uid}/subscribers/WEB1").status_code == 404
        assert client.call("POST", f"/workitems/{uid}/cancelrequest").status_code == 409, "nobody would hear of it"


def test_subscriptions_to_all(client):
    with client.watch("WEB2") as socket, client.watch("WEB3") as filtered:
        assert client.call("POST", f"/workitems/{GLOBAL}/subscribers/WEB2").status_code == 201
        label = "LIST" + generate_uid()[-8:]
        assert client.call("POST", f"/workitems/{FILTERED}/subscribers/WEB3").status_code == 400
        answer = client.call("POST", f"/workitems/{FILTERED}/subscribers/WEB3?filter=WorklistLabel%3D{label}")
        assert answer.status_code == 201
        other = client.create()
        mine = client.create(WorklistLabel=label)
        assert [next_event(socket)[0] for _ in range(2)] == [other, mine]
        assert next_event(filtered)[0] == mine
        assert client.call("POST", f"/workitems/{GLOBAL}/subscribers/WEB2/suspend").status_code == 200
        assert client.call("POST", f"/workitems/{GLOBAL}/subscribers/WEB2/suspend").status_code == 404
        assert client.call("POST", f"/workitems/{mine}/subscribers/WEB2/suspend").status_code == 400
        client.create()
        assert client.call("POST", f"/workitems/{mine}/cancelrequest").status_code == 202
        told, _, event = next_event(socket)
        assert (told, event.ProcedureStepState) == (mine, "IN PROGRESS")
        assert next_event(socket)[2].ProcedureStepState == "CANCELED"
        assert client.call("DELETE", f"/workitems/{GLOBAL}/subscribers/WEB2").status_code == 200
        assert client.call("DELETE", f"/workitems/{FILTERED}/subscribers/WEB3").status_code == 200


def test_event_channels_are_for_who_may(client, server):
    address = server.url.replace("http", "ws") + "/dicom-web/subscribers/"
    for headers, path, status in (
            ({}, "WEB1", 401), ({"Authorization": "Bearer nonsense"}, "WEB1", 401),
            ({"Authorization": "Bearer " + server.token}, "TOO%20LONG%20FOR%20AN%20AE", 400),
            ({"Authorization": "Bearer " + server.token, "Origin": "https://evil.example"}, "WEB1", 403)):
        with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
            websockets.sync.client.connect(address + path, additional_headers=headers)
        assert refused.value.response.status_code == status
    plain = client.call("GET", "/subscribers/WEB1")
    assert plain.status_code == 426 and plain.headers["Upgrade"] == "websocket"


def test_an_event_channel_ends_with_the_account(client, server):
    server.add_user("stepwatcher", "technologist")
    mine, theirs = server.token, server.create_token("stepwatcher")
    server.token = mine
    address = server.url.replace("http", "ws") + "/dicom-web/subscribers/WATCHER"
    sign = {"Authorization": "Bearer " + theirs}
    with (websockets.sync.client.connect(address, additional_headers=sign) as socket,
          client.watch("WATCHER") as other):
        disabled = client.session.put(server.url + "/api/v1/accounts/stepwatcher", json={"disabled": True}, timeout=60)
        assert disabled.status_code == 200, disabled.text
        with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
            socket.recv(timeout=60)
        assert closed.value.rcvd.code == 1008
        assert client.call("POST", f"/workitems/{GLOBAL}/subscribers/WATCHER").status_code == 201
        step = client.create()
        assert next_event(other)[0] == step
        assert client.call("DELETE", f"/workitems/{GLOBAL}/subscribers/WATCHER").status_code == 200
