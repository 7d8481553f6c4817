# SPDX-License-Identifier: Apache-2.0
"""Reports with links to their images, waveforms to scale, and pictures and files to take away."""

import copy
import io
import zipfile

import numpy
import pydicom
import corpus
from conftest import VOLUME, send
from martlet_server import PASSWORD
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from seen import screenshot
from test_tools import opened


def test_a_report_is_read_and_opens_its_images(reader, server):
    opened(reader, server, "CT phantom")
    reader.page.locator(".series", has_text="Structured report").click()
    report = reader.page.locator(".report").first
    report.get_by_role("heading", name="Imaging Measurement Report").wait_for()
    reader.picture("report")
    cited = report.get_by_role("button", name="Show the image").first
    sop = cited.get_attribute("title")
    cited.click()
    number = next(int(one.InstanceNumber) for path in VOLUME.glob("*.dcm")
                  if (one := pydicom.dcmread(path, stop_before_pixels=True)).SOPInstanceUID == sop)
    reader.page.locator('.pane[data-pane="1"] .corner.bottomRight', has_text=f"Image no. {number}").wait_for()
    assert report.is_visible()
    reader.picture("image-beside")


def new_object(sop_class, name, modality, description):
    """An object of a patient and a study of its own."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = sop_class
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    made.PatientName, made.PatientID, made.Modality = name, name.split("^")[0].upper(), modality
    made.StudyDate, made.StudyTime, made.AccessionNumber = "20240101", "120000", ""
    made.SeriesDescription, made.SeriesNumber, made.InstanceNumber = description, 1, 1
    return made


def waveform(tmp_path):
    """One lead: a square wave of 1 mV, half a second up and half a second down, 500 samples a second."""
    made = new_object("1.2.840.10008.5.1.4.1.1.9.1.1", "Lead^One", "ECG", "one lead")
    group = Dataset()
    group.NumberOfWaveformChannels, group.NumberOfWaveformSamples, group.SamplingFrequency = 1, 2000, 500
    group.WaveformOriginality, group.MultiplexGroupLabel = "ORIGINAL", "RHYTHM"
    channel = Dataset()
    source, unit = Dataset(), Dataset()
    source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = "2:1", "MDC", "Lead I"
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "uV", "UCUM", "microvolt"
    channel.ChannelSourceSequence, channel.ChannelSensitivityUnitsSequence = [source], [unit]
    channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor, channel.ChannelBaseline = 5, 1, 0
    channel.WaveformBitsStored, channel.ChannelSampleSkew = 16, 0
    group.ChannelDefinitionSequence = [channel]
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
    square = numpy.where(numpy.arange(2000) // 250 % 2 == 1, 200, 0).astype("<i2")
    group.add_new(0x54001010, "OW", square.tobytes())
    made.WaveformSequence = [group]
    made.save_as(tmp_path / "ecg.dcm", enforce_file_format=True)
    return tmp_path / "ecg.dcm"


def test_a_waveform_is_drawn_to_scale(reader, server, tmp_path):
    send(server, [waveform(tmp_path)])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Lead, One").click()
    canvas = reader.page.locator(".paper canvas")
    canvas.wait_for()
    picture = numpy.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("L")).astype(int)
    reader.picture("waveform")
    dark = picture < 90
    millimetre = 96 / 25.4
    middle, top = (5 + 15) * millimetre, (5 + 15 - 10) * millimetre
    # The upper and lower ends of the square, a millivolt apart, are 10 mm apart.
    for time, height in ((0.25, middle), (0.75, top), (1.25, middle), (1.75, top)):
        x = round((15 + time * 25) * millimetre)
        found = numpy.nonzero(dark[:145, x])[0]
        assert len(found) and abs(found.mean() - height) <= 1.5, (time, found, height)


LEADS = {"2:1": "I", "2:2": "II", "2:61": "III", "2:62": "aVR", "2:63": "aVL", "2:64": "aVF", "2:3": "V1", "2:4": "V2",
         "2:5": "V3", "2:6": "V4", "2:7": "V5", "2:8": "V6"}


def twelve_leads(tmp_path):
    """Ten seconds; each lead stands still at a height of its own: 0.1 mV more than the one before."""
    made = pydicom.dcmread(waveform(tmp_path))
    made.PatientName, made.PatientID = "Leads^Twelve", "LEADS"
    for name in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(made, name, pydicom.uid.generate_uid())
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    group = made.WaveformSequence[0]
    one = group.ChannelDefinitionSequence[0]
    channels = [copy.deepcopy(one) for _ in LEADS]
    for channel, (code, lead) in zip(channels, LEADS.items()):
        channel.ChannelSourceSequence[0].CodeValue = code
        channel.ChannelSourceSequence[0].CodeMeaning = "Lead " + lead
    group.ChannelDefinitionSequence = channels
    group.NumberOfWaveformChannels, group.NumberOfWaveformSamples = len(LEADS), 5000
    heights = numpy.tile(numpy.arange(len(LEADS)) * 20, (5000, 1)).astype("<i2")
    group.add_new(0x54001010, "OW", heights.tobytes())
    made.save_as(tmp_path / "leads.dcm", enforce_file_format=True)
    return tmp_path / "leads.dcm"


def paper(canvas):
    """The green of a picture of the paper, in which the grid is bright."""
    return numpy.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"))[:, :, 1].astype(int)


def test_twelve_leads_stand_in_four_columns_over_the_rhythm(reader, server, tmp_path):
    send(server, [twelve_leads(tmp_path)])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Leads, Twelve").click()
    canvas = reader.page.locator(".paper canvas")
    canvas.wait_for()
    millimetre = 96 / 25.4

    def height(row, seconds):
        """Millivolts of the curve of a row at a time, as they are drawn; lines may lie between two pixels."""
        top, across = round((5 + 30 * row) * millimetre), round((15 + seconds * 25) * millimetre)
        found = numpy.nonzero(picture[top:top + round(30 * millimetre), across] < 150)[0]
        assert len(found), (row, seconds)
        return (15 * millimetre - found.mean()) / (10 * millimetre)

    picture = paper(canvas)
    order = ["I", "aVR", "V1", "V4", "II", "aVL", "V2", "V5", "III", "aVF", "V3", "V6"]
    known = list(LEADS.values())
    for place, lead in enumerate(order):
        row, column = divmod(place, 4)
        assert abs(height(row, 2.5 * column + 1.25) - known.index(lead) * 0.1) < 0.03, lead
    for seconds in (0.5, 5, 9.5):
        assert abs(height(3, seconds) - 0.1) < 0.03, seconds
    reader.picture("twelve-leads")
    reader.page.get_by_label("Arrangement of the leads").select_option("rows")
    reader.until(lambda: canvas.bounding_box()["height"] > 12 * 30 * millimetre)
    picture = paper(canvas)
    # Those that are seen without scrolling.
    for row in range(5):
        assert abs(height(row, 5) - row * 0.1) < 0.03, row


def pdf():
    """One page with a red square of 200 points in its middle; its script would ask something."""
    page = b"1 0 0 rg 100 100 200 200 re f"
    bodies = [b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
              b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R >>",
              b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
              b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (made + b"xref\n0 6\n0000000000 65535 f \n" + rows
            + b"trailer << /Root 1 0 R /Size 6 >>\nstartxref\n%d\n%%%%EOF\n" % len(made))


def test_a_pdf_is_read_in_the_page(reader, server, tmp_path):
    made = new_object("1.2.840.10008.5.1.4.1.1.104.1", "Paper^One", "DOC", "letter")
    made.DocumentTitle, made.MIMETypeOfEncapsulatedDocument = "Letter", "application/pdf"
    made.EncapsulatedDocument, made.EncapsulatedDocumentLength = pdf() + b"\0" * (len(pdf()) % 2), len(pdf())
    made.save_as(tmp_path / "letter.dcm", enforce_file_format=True)
    send(server, [tmp_path / "letter.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Paper, One").click()
    frame = reader.page.locator(".document iframe")
    frame.wait_for()
    assert frame.get_attribute("title") == "Letter"

    def red():
        picture = screenshot(reader, frame)
        return ((picture[..., 0] > 220) & (picture[..., 1] < 40) & (picture[..., 2] < 40)).sum()

    reader.until(lambda: red() > 5_000)
    reader.picture("letter")


def test_a_clinical_document_is_a_page_and_never_markup(reader, server, tmp_path):
    source = """<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Discharge &amp; care</title>
      <recordTarget><patientRole><id extension="CDA"/><patient><name><given>One</given> <family>Clinical</family></name>
      <birthTime value="19700102"/></patient></patientRole></recordTarget>
      <component><structuredBody><component><section>
      <title>Course</title><text><paragraph>No complications.</paragraph><table><tbody><tr><th>Hb</th>
      <td onclick="document.title='bad'">13.1</td></tr></tbody></table><list listType="ordered"><item>Rest</item></list>
      <script xmlns="http://www.w3.org/1999/xhtml">document.title = 'bad'</script>
      <img xmlns="http://www.w3.org/1999/xhtml" src="x"/></text></section></component>
      </structuredBody></component></ClinicalDocument>""".encode()
    made = new_object("1.2.840.10008.5.1.4.1.1.104.2", "Clinical^One", "DOC", "discharge")
    made.DocumentTitle, made.MIMETypeOfEncapsulatedDocument = "Discharge", "text/XML"
    made.EncapsulatedDocument, made.EncapsulatedDocumentLength = source + b" " * (len(source) % 2), len(source)
    made.save_as(tmp_path / "cda.dcm", enforce_file_format=True)
    send(server, [tmp_path / "cda.dcm"])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Clinical, One").click()
    page = reader.page.locator(".report").first
    page.get_by_role("heading", name="Discharge & care").wait_for()
    assert page.get_by_role("cell", name="13.1").is_visible() and "1970-01-02" in page.inner_text()
    assert page.locator("ol > li").inner_text() == "Rest"
    assert page.locator("script, img, [onclick]").count() == 0 and reader.page.title() != "bad"
    reader.picture("discharge")


def film(tmp_path, name):
    """A film of the corpus in a study of its own; sent, and its address in the client."""
    stored = pydicom.dcmread(corpus.FOLDER / "synthetic" / "video" / name)
    stored.StudyInstanceUID, stored.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    stored.SOPInstanceUID = stored.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    stored.save_as(tmp_path / name)
    return tmp_path / name, f"#/study/{stored.StudyInstanceUID}"


def test_a_film_is_played_and_stepped_image_by_image(reader, server, tmp_path):
    path, address = film(tmp_path, "h264_41.dcm")
    send(server, [path])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    reader.page.goto(f"{server.url}/{address}")
    player = reader.page.locator(".film video")
    player.wait_for()
    reader.until(lambda: player.evaluate("video => video.readyState >= 2 && !video.seeking"))
    place, on = reader.page.locator(".film-place"), reader.page.get_by_role("button", name="One image on")
    assert place.inner_text() == "Image 1 of 25"
    seen = [screenshot(reader, player)]
    def at(image):
        return not player.evaluate("video => video.seeking") and place.inner_text() == f"Image {image} of 25"

    for image in (2, 3, 4):
        on.click()
        reader.until(lambda: at(image))
        reader.drawn()
        seen.append(screenshot(reader, player))
    middle = (slice(20, -80), slice(20, -20))
    assert all((p[middle] != q[middle]).any() for p, q in zip(seen, seen[1:]))
    reader.page.keyboard.press(",")
    reader.until(lambda: at(3))
    reader.until(lambda: numpy.abs(screenshot(reader, player)[middle] - seen[2][middle]).max() <= 8)
    for _ in range(3):
        reader.page.keyboard.press(",")
    reader.until(lambda: place.inner_text() == "Image 1 of 25")
    player.evaluate("video => video.play()")
    reader.until(lambda: place.inner_text() == "Image 25 of 25")
    reader.picture("film")


def test_a_film_that_no_browser_plays_says_so(reader, server, tmp_path):
    path, address = film(tmp_path, "mpeg2_mpml.dcm")
    send(server, [path])
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    reader.page.goto(f"{server.url}/{address}")
    reader.page.get_by_text("This browser cannot play the film. It can be downloaded.").wait_for()
    assert reader.page.get_by_role("button", name="Download").is_visible()
    assert not reader.page.get_by_role("button", name="One image on").is_visible()


def test_a_view_goes_to_the_clipboard(reader, server):
    opened(reader, server, "CT phantom")
    reader.drawn()
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.get_by_role("combobox", name="Export").select_option(label="This view to the clipboard")
    reader.page.get_by_text("The picture is in the clipboard.").wait_for()
    size = reader.page.evaluate("""async () => {
      const [item] = await navigator.clipboard.read();
      const picture = await createImageBitmap(await item.getType("image/png"));
      return [picture.width, picture.height];
    }""")
    box = reader.pane.bounding_box()
    assert size == [round(box["width"]), round(box["height"])]


def test_views_are_exported_as_pictures(reader, server):
    opened(reader, server, "CT phantom")
    reader.drawn()
    export = reader.page.get_by_role("combobox", name="Export")
    with reader.page.expect_download() as download:
        export.select_option(label="This view as PNG")
    with_identity = Image.open(download.value.path()).convert("L")
    with reader.page.expect_download() as download:
        export.select_option(label="This view as PNG, without the patient")
    without = numpy.asarray(Image.open(download.value.path()).convert("L")).astype(int)
    with_identity = numpy.asarray(with_identity).astype(int)
    box = reader.pane.bounding_box()
    assert with_identity.shape == (round(box["height"]), round(box["width"]))
    screen = numpy.asarray(Image.open(io.BytesIO(reader.pane.screenshot())).convert("L")).astype(int)
    middle = (slice(200, 500), slice(300, 900))
    assert numpy.abs(with_identity[middle] - screen[middle]).max() <= 2
    corner = (slice(0, 60), slice(0, 200))
    assert with_identity[corner].max() > 200 and without[corner].max() < 120
    with reader.page.expect_download() as download:
        export.select_option(label="This view as JPEG")
    assert Image.open(download.value.path()).format == "JPEG"


def test_series_and_study_are_exported_as_media(reader, server):
    opened(reader, server, "PT phantom")
    stored = {pydicom.dcmread(path).SOPInstanceUID for path in VOLUME.glob("pt*.dcm")}
    for label in ("The series as a medium with DICOMDIR (zip)", "The study as a medium with DICOMDIR (zip)"):
        with reader.page.expect_download() as download:
            reader.page.get_by_role("combobox", name="Export").select_option(label=label)
        with zipfile.ZipFile(download.value.path()) as archive:
            assert archive.testzip() is None and {"DICOMDIR", "README.TXT", "INDEX.HTM"} <= set(archive.namelist())
            directory = pydicom.dcmread(io.BytesIO(archive.read("DICOMDIR")))
            named = [each.get("ReferencedSOPInstanceUIDInFile") for each in directory.DirectoryRecordSequence]
            assert stored <= set(named)


def test_a_series_is_exported_as_it_is_stored(reader, server):
    opened(reader, server, "PT phantom")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("combobox", name="Export").select_option(label="The series as DICOM files (zip)")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        found = {pydicom.dcmread(io.BytesIO(archive.read(name))).SOPInstanceUID: name for name in archive.namelist()}
        stored = [pydicom.dcmread(path) for path in VOLUME.glob("pt*.dcm")]
        assert set(found) == {one.SOPInstanceUID for one in stored}
        one = pydicom.dcmread(io.BytesIO(archive.read(found[stored[0].SOPInstanceUID])))
        assert one.PixelData == stored[0].PixelData
    with reader.page.expect_download() as download:
        reader.page.get_by_role("combobox", name="Export").select_option(label="All images of the series as PNG (zip)")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 20
        assert Image.open(io.BytesIO(archive.read("0001.png"))).format == "PNG"
