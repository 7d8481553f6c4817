# SPDX-License-Identifier: Apache-2.0
"""Print management: pynetdicom as the user, the PDF read by poppler."""

import json
import os
import subprocess
from io import BytesIO

import numpy as np
import pytest
from martlet_server import free_ports, prepared_server
from peers import wait_for
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE, evt
from pynetdicom.dimse_primitives import N_EVENT_REPORT
from pynetdicom.dsutils import encode
from pynetdicom.sop_class import (
    BasicAnnotationBox, BasicColorPrintManagementMeta, BasicFilmBox, BasicFilmSession, BasicGrayscaleImageBox,
    BasicGrayscalePrintManagementMeta, PresentationLUT, Printer, PrinterInstance, PrintJob,
)

GREY, COLOUR = BasicGrayscalePrintManagementMeta, BasicColorPrintManagementMeta
COLOUR_IMAGE_BOX = "1.2.840.10008.5.1.1.4.1"


def requestor(server, *abstracts):
    ae = AE("PRINTUSER")
    for abstract in abstracts:
        ae.add_requested_context(abstract, ExplicitVRLittleEndian)
    association = ae.associate(server.host, server.dicom_port, ae_title=server.ae_title)
    assert association.is_established
    return association


def data(**values):
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def reference(sop_class, instance):
    return [data(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=instance)]


def session(association, meta=GREY, **attributes):
    uid = generate_uid()
    # pynetdicom announces an empty data set and never sends it: so there is always something in it.
    given = data(**({"NumberOfCopies": "1"} | attributes))
    status, _ = association.send_n_create(given, BasicFilmSession, uid, meta_uid=meta)
    assert status.Status == 0
    return uid


def film_box(association, film_session, meta=GREY, **attributes):
    given = data(ReferencedFilmSessionSequence=reference(BasicFilmSession, film_session), **attributes)
    uid = generate_uid()
    status, answer = association.send_n_create(given, BasicFilmBox, uid, meta_uid=meta)
    return status, answer, uid


def grey_image(pixels, bits=8, **attributes):
    item = data(
        SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", Rows=pixels.shape[0], Columns=pixels.shape[1],
        BitsAllocated=8 if bits == 8 else 16, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=0)
    item.PixelData = pixels.tobytes()
    item["PixelData"].VR = "OB" if bits == 8 else "OW"
    return data(BasicGrayscaleImageSequence=[item], **attributes)


def films(server):
    return sorted((server.data / "films").rglob("*.pdf"))


def page(server, tmp_path, dpi=72):
    """The newest film as grey levels, and its size in points."""
    path = max(films(server), key=lambda each: each.stat().st_mtime)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", path, tmp_path / "film"], check=True)
    picture = next(tmp_path.glob("film*.pgm")).read_bytes()
    _, size, _, rest = picture.split(b"\n", 3)
    width, height = map(int, size.split())
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    return np.frombuffer(rest, np.uint8).reshape(height, width), text


def action(association, sop_class, instance, meta=GREY):
    return association.send_n_action(None, 1, sop_class, instance, meta_uid=meta)


def test_a_film_of_four_images_becomes_a_page(server, tmp_path):
    with_annotations = requestor(server, GREY, BasicAnnotationBox, PrintJob)
    opened = session(with_annotations, NumberOfCopies="1", PrintPriority="HIGH", FilmSessionLabel="Example")
    status, box, film = film_box(
        with_annotations, opened, ImageDisplayFormat="STANDARD\\2,2", FilmSizeID="8INX10IN", FilmOrientation="PORTRAIT",
        AnnotationDisplayFormatID="SIX", BorderDensity="BLACK", EmptyImageDensity="WHITE",
        MagnificationType="REPLICATE")
    assert status.Status == 0
    boxes = [each.ReferencedSOPInstanceUID for each in box.ReferencedImageBoxSequence]
    assert len(boxes) == 4 and len(box.ReferencedBasicAnnotationBoxSequence) == 6
    for position, level in enumerate((0, 128, 255)):
        pixels = np.full((64, 64), level, np.uint8)
        status, _ = with_annotations.send_n_set(
            grey_image(pixels, ImageBoxPosition=position + 1), BasicGrayscaleImageBox, boxes[position], meta_uid=GREY)
        assert status.Status == 0
    note = box.ReferencedBasicAnnotationBoxSequence[0].ReferencedSOPInstanceUID
    status, _ = with_annotations.send_n_set(
        data(AnnotationPosition=1, TextString="Phantom, left"), BasicAnnotationBox, note)
    assert status.Status == 0
    status, reply = action(with_annotations, BasicFilmBox, film)
    assert status.Status == 0
    job = reply.ReferencedPrintJobSequence[0].ReferencedSOPInstanceUID
    status, state = with_annotations.send_n_get([(0x2100, 0x0020)], PrintJob, job)
    assert status.Status == 0 and state.ExecutionStatus == "DONE"
    with_annotations.release()

    picture, text = page(server, tmp_path)
    assert picture.shape == (720, 576)
    assert "Phantom, left" in text
    rows, columns = picture.shape
    quarter = [
        picture[rows // 4 * (1 + 2 * row) + 4, columns // 4 * (1 + 2 * column)]
        for row in (0, 1) for column in (0, 1)]
    assert quarter[0] < 8 and quarter[2] > 247
    # A P-value in the middle is in the middle of what is seen, not of the light.
    assert 70 < quarter[1] < 190
    assert quarter[3] > 247, "an empty box is white"
    assert picture[1, 1] < 8, "the border is black"



def test_colour_true_size_and_several_films_of_a_session(server, tmp_path):
    association = requestor(server, COLOUR)
    opened = session(association, COLOUR)
    before = len(films(server))
    for _ in range(2):
        status, box, _ = film_box(
            association, opened, COLOUR, ImageDisplayFormat="STANDARD\\1,1", FilmSizeID="A4",
            FilmOrientation="LANDSCAPE")
        assert status.Status == 0
        item = data(
            SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0, Rows=50, Columns=100,
            BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0)
        item.PixelData = bytes((255, 255, 255)) * 5000
        item["PixelData"].VR = "OB"
        image = data(BasicColorImageSequence=[item], ImageBoxPosition=1, RequestedImageSize="100")
        status, _ = association.send_n_set(
            image, COLOUR_IMAGE_BOX, box.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID, meta_uid=COLOUR)
        assert status.Status == 0
    status, _ = action(association, BasicFilmSession, opened, COLOUR)
    assert status.Status == 0
    association.release()
    assert len(films(server)) == before + 1
    picture, _ = page(server, tmp_path, dpi=254)
    assert abs(picture.shape[1] - 2970) <= 2
    white = np.flatnonzero(picture[picture.shape[0] // 2, 20:-20] > 200)
    assert abs(white[-1] - white[0] + 1 - 1000) <= 4, "100 mm at 10 pixels a mm"


def test_a_presentation_lut_is_applied(server, tmp_path):
    association = requestor(server, GREY, PresentationLUT)
    lut = generate_uid()
    falling = b"".join((4095 - 16 * n).to_bytes(2, "little") for n in range(256))
    table = data(LUTDescriptor=[256, 0, 12], LUTData=falling)
    table["LUTDescriptor"].VR, table["LUTData"].VR = "US", "OW"
    status, _ = association.send_n_create(data(PresentationLUTSequence=[table]), PresentationLUT, lut)
    assert status.Status == 0
    opened = session(association)
    status, box, film = film_box(
        association, opened, ImageDisplayFormat="ROW\\1,1", FilmSizeID="8INX10IN",
        ReferencedPresentationLUTSequence=reference(PresentationLUT, lut))
    assert status.Status == 0 and len(box.ReferencedImageBoxSequence) == 2
    for position, each in enumerate(box.ReferencedImageBoxSequence, 1):
        status, _ = association.send_n_set(
            grey_image(np.zeros((64, 64), np.uint8), ImageBoxPosition=position),
            BasicGrayscaleImageBox, each.ReferencedSOPInstanceUID, meta_uid=GREY)
        assert status.Status == 0
    assert action(association, BasicFilmBox, film)[0].Status == 0
    association.release()
    picture, _ = page(server, tmp_path)
    assert picture[picture.shape[0] // 4, picture.shape[1] // 2] > 247


def test_the_printer_tells_of_itself(server):
    association = requestor(server, GREY)
    status, answer = association.send_n_get([(0x2110, 0x0010)], Printer, PrinterInstance, meta_uid=GREY)
    assert status.Status == 0 and answer.PrinterStatus == "NORMAL"
    association.release()


def refused(association, given, expected):
    status, _, _ = film_box(association, session(association), **given)
    assert status.Status == expected


@pytest.mark.parametrize("given, expected", [
    ({"ImageDisplayFormat": "STANDARD\\0,2"}, 0x0106),
    ({"ImageDisplayFormat": "STANDARD\\9999,9999"}, 0x0106),
    ({"ImageDisplayFormat": "CUSTOM\\1"}, 0x0106),
    ({"ImageDisplayFormat": "STANDARD\\1,1", "FilmSizeID": "2INX2IN"}, 0x0106),
    ({"ImageDisplayFormat": "STANDARD\\1,1", "BorderDensity": "GREY"}, 0x0106),
    ({}, 0x0120),
])
def test_impossible_films_are_refused(server, given, expected):
    association = requestor(server, GREY)
    refused(association, given, expected)
    association.release()


def test_wrong_states_have_the_standards_status(server):
    association = requestor(server, GREY)
    opened = session(association)
    second = association.send_n_create(data(NumberOfCopies="1"), BasicFilmSession, generate_uid(), meta_uid=GREY)
    assert second[0].Status == 0x0111
    assert action(association, BasicFilmSession, opened)[0].Status == 0xC600
    assert action(association, BasicFilmBox, generate_uid())[0].Status == 0x0112
    status, _ = association.send_n_set(
        grey_image(np.zeros((8, 8), np.uint8), ImageBoxPosition=1), BasicGrayscaleImageBox, generate_uid(),
        meta_uid=GREY)
    assert status.Status == 0x0112
    status, _, film = film_box(association, opened, ImageDisplayFormat="STANDARD\\1,1")
    assert action(association, BasicFilmBox, film)[0].Status == 0xB603
    assert association.send_n_delete(BasicFilmSession, opened, meta_uid=GREY).Status == 0
    assert action(association, BasicFilmBox, film)[0].Status == 0x0112
    association.release()


class PrinterPeer:
    """pynetdicom as a printer that keeps what it is asked for."""

    def __init__(self, port=0):
        self.created, self.images, self.texts, self.printed, self.confirmed = [], [], [], [], []
        self.job = generate_uid()
        self.ae = AE("PRINTER")
        for meta in (GREY, COLOUR, PresentationLUT, BasicAnnotationBox, PrintJob):
            self.ae.add_supported_context(meta, ExplicitVRLittleEndian)
        handlers = [
            (evt.EVT_N_CREATE, self.create), (evt.EVT_N_SET, self.set), (evt.EVT_N_ACTION, self.action),
            (evt.EVT_N_DELETE, lambda event: 0), (evt.EVT_N_GET, self.get)]
        self.server = self.ae.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
        self.port = self.server.socket.getsockname()[1]

    def create(self, event):
        given = event.attribute_list
        self.created.append(given)
        if "ImageDisplayFormat" in given:
            columns, rows = map(int, given.ImageDisplayFormat.split("\\")[1].split(","))
            sop_class = BasicGrayscaleImageBox if event.context.abstract_syntax == GREY else COLOUR_IMAGE_BOX
            given.ReferencedImageBoxSequence = [
                reference(sop_class, generate_uid())[0] for _ in range(columns * rows)]
            if given.get("AnnotationDisplayFormatID"):
                given.ReferencedBasicAnnotationBoxSequence = [
                    reference(BasicAnnotationBox, generate_uid())[0] for _ in range(6)]
            self.tell(event, Printer, PrinterInstance, 2, data(PrinterStatusInfo="SUPPLY LOW"))
        return 0, given

    def set(self, event):
        of_text = event.request.RequestedSOPClassUID == BasicAnnotationBox
        (self.texts if of_text else self.images).append(event.modification_list)
        return 0, event.modification_list

    def action(self, event):
        self.printed.append(event.request.RequestedSOPInstanceUID)
        return 0, data(ReferencedPrintJobSequence=reference(PrintJob, self.job))

    def get(self, event):
        """A job that prints while it is asked for, and is said to be done by an event alone."""
        self.tell(event, PrintJob, self.job, 3, data(ExecutionStatusInfo="NORMAL"))
        return 0, data(ExecutionStatus="PRINTING", ExecutionStatusInfo="NORMAL")

    def tell(self, event, sop_class, instance, kind, information):
        """An event between a request and its response, and the user's answer to it."""
        report = N_EVENT_REPORT()
        report.MessageID, report.EventTypeID = 77, kind
        report.AffectedSOPClassUID, report.AffectedSOPInstanceUID = sop_class, instance
        report.EventInformation = BytesIO(encode(information, False, True))
        event.assoc.dimse.send_msg(report, event.context.context_id)
        _, answer = event.assoc.dimse.get_msg(block=True)
        self.confirmed.append((answer.MessageIDBeingRespondedTo, answer.Status))


@pytest.fixture
def printer_peer():
    peer = PrinterPeer()
    yield peer
    peer.server.shutdown()


def slices(tmp_path, count):
    """A folder with slices that are one grey each, of 16 bits with a window."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for number in range(count):
        made = grey_image(np.full((32, 48), 1000 * number, np.uint16), 16).BasicGrayscaleImageSequence[0]
        made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", generate_uid()
        made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
        made.WindowCenter, made.WindowWidth, made.PixelSpacing = "1000", "2000", [0.5, 0.5]
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        made.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


def test_our_user_prints_on_another_printer(server, printer_peer, tmp_path):
    done = server.command(
        "print", "127.0.0.1", printer_peer.port, "--called", "PRINTER", "--layout", "STANDARD\\2,1", "--size", "A4",
        "--copies", 2, "--true-size", "--json", slices(tmp_path, 3))
    assert json.loads(done.stdout)["films"] == 2
    assert len(printer_peer.printed) == 2 and len(printer_peer.images) == 3
    session_made, first_film = printer_peer.created[:2]
    assert session_made.NumberOfCopies == 2 and first_film.FilmSizeID == "A4"
    item = printer_peer.images[1].BasicGrayscaleImageSequence[0]
    assert (item.Rows, item.Columns, item.BitsStored) == (32, 48, 12)
    pixels = np.frombuffer(item.PixelData, "<u2")
    assert np.all(abs(pixels.astype(int) - 2047) <= 2), "the middle of the window"
    assert printer_peer.images[1].RequestedImageSize == 24


def test_our_user_hears_the_printer(server, printer_peer, tmp_path):
    done = server.command(
        "print", "127.0.0.1", printer_peer.port, "--called", "PRINTER", "--wait", 60, "--annotation-format", "SIX",
        "--annotation", "Phantom", "--annotation", "M\u00fcller", "--json", slices(tmp_path, 1))
    told = json.loads(done.stdout)
    assert told["jobs"] == [printer_peer.job] and told["states"] == ["DONE"]
    assert [(each["sopClass"], each["eventType"], each["info"]) for each in told["events"]] == [
        (Printer, 2, "SUPPLY LOW"), (PrintJob, 3, "NORMAL")]
    assert printer_peer.confirmed == [(77, 0), (77, 0)]
    assert [(each.AnnotationPosition, each.TextString) for each in printer_peer.texts] == [
        (1, "Phantom"), (2, "M\u00fcller")]


def test_our_user_prints_in_colour_on_our_printer(server, tmp_path):
    before = len(films(server))
    server.command(
        "print", server.host, server.dicom_port, "--called", server.ae_title, "--color", "--layout", "STANDARD\\1,1",
        slices(tmp_path, 1))
    assert len(films(server)) == before + 1


def test_films_go_on_to_another_printer(tmp_path):
    port, = free_ports(1)
    own = prepared_server(tmp_path / "data", extra=["--set", "printNode=PRINTER"])
    own.add_node("PRINTER", "127.0.0.1", port)
    peer = None
    try:
        association = requestor(own, GREY, PresentationLUT, PrintJob, BasicAnnotationBox)
        lut = generate_uid()
        status, _ = association.send_n_create(data(PresentationLUTShape="LIN OD"), PresentationLUT, lut)
        assert status.Status == 0
        opened = session(association, NumberOfCopies="3", PrintPriority="HIGH", FilmSessionLabel="On and on")
        status, box, film = film_box(
            association, opened, ImageDisplayFormat="STANDARD\\2,1", FilmSizeID="A4", Trim="YES",
            AnnotationDisplayFormatID="LABEL",
            ReferencedPresentationLUTSequence=reference(PresentationLUT, lut))
        assert status.Status == 0
        pixels = np.arange(32 * 48, dtype=np.uint16).reshape(32, 48)
        status, _ = association.send_n_set(
            grey_image(pixels, 12, ImageBoxPosition=2), BasicGrayscaleImageBox,
            box.ReferencedImageBoxSequence[1].ReferencedSOPInstanceUID, meta_uid=GREY)
        assert status.Status == 0
        note = box.ReferencedBasicAnnotationBoxSequence[2].ReferencedSOPInstanceUID
        status, _ = association.send_n_set(
            data(AnnotationPosition=3, TextString="Phantom, left"), BasicAnnotationBox, note)
        assert status.Status == 0
        status, reply = action(association, BasicFilmBox, film)
        assert status.Status == 0
        job = reply.ReferencedPrintJobSequence[0].ReferencedSOPInstanceUID

        def state():
            return association.send_n_get([], PrintJob, job)[1]

        # The printer is away, and the film waits for it.
        wait_for(lambda: state().ExecutionStatusInfo == "CHECK PRINTER", what="the printer to be missed")
        assert state().ExecutionStatus == "PENDING"
        peer = PrinterPeer(port)
        own.command("queue", "retry", "PRINTER", "--data", own.data)
        wait_for(lambda: state().ExecutionStatus == "DONE", what="the film to be printed")
        assert state().PrintPriority == "HIGH"
        assert len(peer.printed) == 1 and len(films(own)) == 1
        film_session, table, sheet = peer.created
        assert (film_session.NumberOfCopies, film_session.PrintPriority) == (3, "HIGH")
        assert film_session.FilmSessionLabel == "On and on" and table.PresentationLUTShape == "LIN OD"
        assert (sheet.ImageDisplayFormat, sheet.FilmSizeID, sheet.Trim) == (r"STANDARD\2,1", "A4", "YES")
        image, = peer.images
        assert image.ImageBoxPosition == 2
        assert image.BasicGrayscaleImageSequence[0].PixelData == pixels.tobytes()
        # Its annotation goes with it, and what the printer tells meanwhile does no harm.
        text, = peer.texts
        assert sheet.AnnotationDisplayFormatID == "LABEL"
        assert (text.AnnotationPosition, text.TextString) == (3, "Phantom, left")
        assert peer.confirmed == [(77, 0)]
        association.release()
    finally:
        if peer:
            peer.server.shutdown()
        own.stop()


# PS3.3 §C.13.3: the last box of each format, in parts of the film.
@pytest.mark.parametrize("image_format, count, last", [
    ("STANDARD\\1,1", 1, (0, 0, 1, 1)), ("STANDARD\\2,3", 6, (1 / 2, 2 / 3, 1, 1)),
    ("ROW\\1,2,3", 6, (2 / 3, 2 / 3, 1, 1)), ("COL\\2,1", 3, (1 / 2, 0, 1, 1)), ("SLIDE", 20, (3 / 4, 4 / 5, 1, 1)),
    ("SUPERSLIDE", 20, (3 / 4, 4 / 5, 1, 1))])
def test_every_image_display_format(server, tmp_path, image_format, count, last):
    association = requestor(server, GREY)
    opened = session(association)
    status, box, film = film_box(association, opened, ImageDisplayFormat=image_format)
    assert status.Status == 0 and len(box.ReferencedImageBoxSequence) == count
    white = grey_image(np.full((64, 64), 255, np.uint8), ImageBoxPosition=count)
    status, _ = association.send_n_set(
        white, BasicGrayscaleImageBox, box.ReferencedImageBoxSequence[-1].ReferencedSOPInstanceUID, meta_uid=GREY)
    assert status.Status == 0
    before = len(films(server))
    assert action(association, BasicFilmBox, film)[0].Status == 0
    association.release()
    assert len(films(server)) == before + 1
    picture, _ = page(server, tmp_path)
    height, width = picture.shape
    left, top, right, bottom = last
    # The boxes share what the edges of the film leave.
    edge = 0.015
    inner = picture[1:-1, 1:-1]
    rows, columns = (each + 1 for each in np.nonzero(inner > 200))
    assert rows.size, "the image is on the film"
    assert left - edge <= columns.min() / width and columns.max() / width <= right + edge
    assert top - edge <= rows.min() / height and rows.max() / height <= bottom + edge
    middle = picture[int(height * (top + bottom) / 2), int(width * (left + right) / 2)]
    assert middle > 200, "and in the middle of its box"


def test_formats_that_the_printer_declares(tmp_path):
    """CUSTOM\\i and slides are what the settings say; numbers that nobody declared are refused (PS3.3 C.13.3)."""
    own = prepared_server(tmp_path / "data", extra=[
        "--set", "printFormats=1=ROW 1,2; 2=0 0 60 100, 60 0 40 50, 60 50 40 50; SLIDE=STANDARD 7,6"])
    try:
        association = requestor(own, GREY)
        opened = session(association)
        counts = {}
        for text in ("CUSTOM\\1", "CUSTOM\\2", "SLIDE", "SUPERSLIDE"):
            status, box, film = film_box(association, opened, ImageDisplayFormat=text)
            assert status.Status == 0
            counts[text] = len(box.ReferencedImageBoxSequence)
            assert box.ImageDisplayFormat == text
            if text == "CUSTOM\\2":
                chosen, boxes = film, [each.ReferencedSOPInstanceUID for each in box.ReferencedImageBoxSequence]
        assert counts == {"CUSTOM\\1": 3, "CUSTOM\\2": 3, "SLIDE": 42, "SUPERSLIDE": 20}
        status, _, _ = film_box(association, opened, ImageDisplayFormat="CUSTOM\\3")
        assert status.Status == 0x0106 and "CUSTOM" in status.ErrorComment
        white = grey_image(np.full((200, 40), 255, np.uint8), ImageBoxPosition=1)
        assert association.send_n_set(white, BasicGrayscaleImageBox, boxes[0], meta_uid=GREY)[0].Status == 0
        white = grey_image(np.full((50, 40), 255, np.uint8), ImageBoxPosition=3)
        assert association.send_n_set(white, BasicGrayscaleImageBox, boxes[2], meta_uid=GREY)[0].Status == 0
        assert action(association, BasicFilmBox, chosen)[0].Status == 0
        association.release()
        picture, _ = page(own, tmp_path)
        height, width = picture.shape
        assert picture[height // 2, int(width * 0.3)] > 200, "the first box is on the left, of full height"
        assert picture[int(height * 0.75), int(width * 0.8)] > 200, "the third is right below"
        assert picture[int(height * 0.25), int(width * 0.8)] < 60, "the second is empty"
        # As user, with the number of boxes that the printer's documents tell.
        done = own.command(
            "print", own.host, own.dicom_port, "--called", own.ae_title, "--layout", "CUSTOM\\2", "--boxes", 3,
            "--json", slices(tmp_path, 4))
        assert json.loads(done.stdout)["films"] == 2
    finally:
        own.stop()


class Listener:
    """What the printer tells of itself and its jobs."""

    def __init__(self):
        self.events = []

    def __call__(self, event):
        self.events.append((event.request.AffectedSOPClassUID, event.event_type, event.event_information))
        return 0, None

    def of(self, sop_class):
        return [kind for uid, kind, _ in self.events if uid == sop_class]


def test_jobs_and_printer_tell_how_they_are(tmp_path):
    # A print service that refuses at first: the job waits, the printer has failed, and both say so.
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "lp").write_text(f"#!/bin/sh\n[ -e {tmp_path}/paper ] || {{ echo no paper >&2; exit 1; }}\n")
    (tools / "lp").chmod(0o755)
    own = prepared_server(
        tmp_path / "data", extra=["--set", "printQueue=films"],
        environment={"PATH": f"{tools}:{os.environ['PATH']}"})
    try:
        own.command("queue", "pause", "films", "--data", own.data)
        listener = Listener()
        ae = AE("PRINTUSER")
        for abstract in (GREY, PrintJob):
            ae.add_requested_context(abstract, ExplicitVRLittleEndian)
        association = ae.associate(
            own.host, own.dicom_port, ae_title=own.ae_title, evt_handlers=[(evt.EVT_N_EVENT_REPORT, listener)])
        assert association.is_established
        opened = session(association, PrintPriority="LOW")
        _, box, film = film_box(association, opened, ImageDisplayFormat="STANDARD\\1,1")
        image = grey_image(np.zeros((32, 32), np.uint8), ImageBoxPosition=1)
        status, _ = association.send_n_set(
            image, BasicGrayscaleImageBox, box.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID, meta_uid=GREY)
        assert status.Status == 0
        status, reply = action(association, BasicFilmBox, film)
        assert status.Status == 0
        job = reply.ReferencedPrintJobSequence[0].ReferencedSOPInstanceUID

        def told(what):
            _, state = association.send_n_get([], PrintJob, job)
            return what(state) and state

        state = wait_for(lambda: told(lambda each: each.ExecutionStatus == "PENDING"), what="the job to be pending")
        assert state.ExecutionStatusInfo == "QUEUED"
        wait_for(lambda: 1 in listener.of(PrintJob), what="the event that it is pending")
        own.command("queue", "resume", "films", "--data", own.data)
        wait_for(lambda: told(lambda each: each.ExecutionStatusInfo == "CHECK PRINTER"), what="the refusal")

        def printer():
            return association.send_n_get([], Printer, PrinterInstance, meta_uid=GREY)[1].PrinterStatus

        wait_for(lambda: printer() == "FAILURE", what="the printer to say so")
        wait_for(lambda: 3 in listener.of(Printer), what="the event that the printer has failed")
        (tmp_path / "paper").touch()
        own.command("queue", "retry", "films", "--data", own.data)
        wait_for(lambda: 3 in listener.of(PrintJob), what="the event that it is done")
        assert told(lambda each: each.ExecutionStatus == "DONE")
        wait_for(lambda: printer() == "NORMAL", what="the printer to be well again")
        wait_for(lambda: listener.of(Printer) == [3, 1], what="the event that the printer is well again")
        failed = next(each for uid, kind, each in listener.events if (uid, kind) == (Printer, 3))
        assert failed.PrinterStatusInfo == "CHECK PRINTER" and failed.PrinterName
        assert told(lambda each: each.PrintPriority == "LOW")
        association.release()
        # Another association may ask too, after a restart as well.
        again = requestor(own, PrintJob)
        assert again.send_n_get([], PrintJob, job)[1].ExecutionStatus == "DONE"
        assert again.send_n_get([], PrintJob, generate_uid())[0].Status == 0x0112
        again.release()
    finally:
        own.stop()


@pytest.mark.parametrize("behaviour, size, expected", [
    ("FAIL", 4000, 0xC603), ("CROP", 4000, 0xB609), ("DECIMATE", 4000, 0xB60A), ("", 4000, 0xB60A),
    ("FAIL", 64, 0), ("SQUEEZE", 64, 0x0106),
])
def test_images_larger_than_their_box(server, behaviour, size, expected):
    association = requestor(server, GREY)
    opened = session(association)
    _, box, _ = film_box(association, opened, ImageDisplayFormat="STANDARD\\1,1", FilmSizeID="8INX10IN")
    given = grey_image(np.zeros((8, size), np.uint8), ImageBoxPosition=1)
    if behaviour:
        given.RequestedDecimateCropBehavior = behaviour
    status, _ = association.send_n_set(
        given, BasicGrayscaleImageBox, box.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID, meta_uid=GREY)
    assert status.Status == expected
    association.release()


# PS3.4 §H.4.1, §H.4.2, §H.4.3: what is answered to each operation in each state of a film session.
STATES = ["nothing", "session", "film box", "image"]
CELLS = {
    "create session": [0, 0x0111, 0x0111, 0x0111],
    "set session": [0x0112, 0, 0, 0],
    "print session": [0x0112, 0xC600, 0xB602, 0],
    "delete session": [0x0112, 0, 0, 0],
    "create film box": [0x0106, 0, 0, 0],
    "set film box": [0x0112, 0x0112, 0, 0],
    "print film box": [0x0112, 0x0112, 0xB603, 0],
    "delete film box": [0x0112, 0x0112, 0, 0],
    "set image box": [0x0112, 0x0112, 0, 0],
}


@pytest.mark.parametrize("operation", CELLS)
def test_every_cell_of_the_film_session(server, operation):
    for state, expected in zip(STATES, CELLS[operation]):
        association = requestor(server, GREY)
        opened = film = box = generate_uid()
        image = grey_image(np.zeros((8, 8), np.uint8), ImageBoxPosition=1)
        if state != "nothing":
            opened = session(association)
        if state in ("film box", "image"):
            status, answer, film = film_box(association, opened, ImageDisplayFormat="STANDARD\\1,1")
            box = answer.ReferencedImageBoxSequence[0].ReferencedSOPInstanceUID
        if state == "image":
            assert association.send_n_set(image, BasicGrayscaleImageBox, box, meta_uid=GREY)[0].Status == 0
        do = {
            "create session": lambda: association.send_n_create(
                data(NumberOfCopies="1"), BasicFilmSession, generate_uid(), meta_uid=GREY)[0],
            "set session": lambda: association.send_n_set(
                data(NumberOfCopies="2"), BasicFilmSession, opened, meta_uid=GREY)[0],
            "print session": lambda: action(association, BasicFilmSession, opened)[0],
            "delete session": lambda: association.send_n_delete(BasicFilmSession, opened, meta_uid=GREY),
            "create film box": lambda: film_box(association, opened, ImageDisplayFormat="STANDARD\\1,1")[0],
            "set film box": lambda: association.send_n_set(
                data(BorderDensity="WHITE"), BasicFilmBox, film, meta_uid=GREY)[0],
            "print film box": lambda: action(association, BasicFilmBox, film)[0],
            "delete film box": lambda: association.send_n_delete(BasicFilmBox, film, meta_uid=GREY),
            "set image box": lambda: association.send_n_set(image, BasicGrayscaleImageBox, box, meta_uid=GREY)[0],
        }
        assert do[operation]().Status == expected, f"{operation} in state {state}"
        association.release()
