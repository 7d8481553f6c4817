# SPDX-License-Identifier: Apache-2.0
"""`martlet render` and rendered resources with states that blend or subtract, against numpy (PS3.3 C.11.14, C.7.6)."""
import io
import json

import angiography
import corpus
import numpy
import pixels
import pydicom
import render_states as states
from PIL import Image
from pydicom.pixels import apply_modality_lut, apply_windowing, pixel_array
from pydicom.sequence import Sequence

BLENDING = "1.2.840.10008.5.1.4.1.1.11.4"
FILES = sorted((corpus.folders()["synthetic"] / "volume").glob("ct*.dcm"))


def layer(position, images, window):
    """One of the two sets, by series."""
    references = [
        states.item(ReferencedSOPClassUID=each.SOPClassUID, ReferencedSOPInstanceUID=each.SOPInstanceUID)
        for each in images
    ]
    series = states.item(SeriesInstanceUID=images[0].SeriesInstanceUID, ReferencedImageSequence=Sequence(references))
    return states.item(
        BlendingPosition=position, StudyInstanceUID=images[0].StudyInstanceUID,
        ReferencedSeriesSequence=Sequence([series]), RescaleIntercept=images[0].RescaleIntercept,
        RescaleSlope=images[0].RescaleSlope, RescaleType="HU",
        SoftcopyVOILUTSequence=Sequence([states.item(WindowCenter=window[0], WindowWidth=window[1])]))


def blending(lower, upper, opacity):
    """The upper images in the colours of red hot metal."""
    made = states.state(lower[0])
    for keyword in ("ReferencedSeriesSequence", "RescaleIntercept", "RescaleSlope", "RescaleType",
                    "SoftcopyVOILUTSequence", "PresentationLUTShape"):
        delattr(made, keyword)
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = BLENDING
    made.BlendingSequence = Sequence([layer("UNDERLYING", lower, (40, 400)), layer("SUPERIMPOSED", upper, (300, 800))])
    made.RelativeOpacity = opacity
    ramp = numpy.arange(256) * 257
    channels = {"Red": ramp, "Green": ramp[::-1] // 2, "Blue": ramp // 3}
    for name, entries in channels.items():
        made.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        made.add_new(f"{name}PaletteColorLookupTableData", "OW", entries.astype("<u2").tobytes())
    return made, numpy.stack(list(channels.values()), axis=-1)


def grey(image, window):
    """Brightness from 0 to 1."""
    shown = pydicom.Dataset()
    shown.WindowCenter, shown.WindowWidth = window
    shown.BitsStored, shown.PixelRepresentation = 16, 1
    shown.PhotometricInterpretation = "MONOCHROME2"
    values = apply_windowing(apply_modality_lut(pixel_array(image), image).astype(float), shown)
    # In the range that pydicom gives, of 16 bits with sign.
    return (values + 32_768) / 65_535


def expected(lower, upper, palette, opacity):
    levels = grey(upper, (300, 800))
    colours = palette[numpy.rint(levels * 255).astype(int)] / 65_535
    return 255 * (opacity * colours + (1 - opacity) * grey(lower, (40, 400))[..., None])


def render(tmp_path, state, files, *options):
    path = tmp_path / "state.dcm"
    state.save_as(path, enforce_file_format=True)
    done = pixels.run("render", *files, "--presentation-state", path, "-o", tmp_path / "out", "--keep-matrix", *options)
    return done, tmp_path / "out"


def test_two_windows_over_one_another(tmp_path):
    images = [pydicom.dcmread(path) for path in FILES[:2]]
    # The same pixels under other UIDs are what lies above.
    above = []
    for index, path in enumerate(FILES[:2]):
        other = pydicom.dcmread(path)
        other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        other.SeriesInstanceUID = images[0].SeriesInstanceUID + ".9"
        other.save_as(tmp_path / f"above{index}.dcm")
        above.append(other)
    opacity = 0.375
    state, palette = blending(images, above, opacity)
    done, output = render(tmp_path, state, [*FILES[:2], tmp_path / "above0.dcm", tmp_path / "above1.dcm"], "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [each["file"] for each in found] == [str(path) for path in FILES[:2]]
    for path, lower, upper in zip(FILES, images, above):
        picture = numpy.asarray(Image.open(output / (path.stem + ".png"))).astype(float)
        assert picture.shape == (lower.Rows, lower.Columns, 3)
        assert abs(picture - expected(lower, upper, palette, opacity)).max() <= 2


def store(server, path):
    status, _, body = server.request(
        "/dicom-web/studies", "POST", path.read_bytes(), {"Content-Type": "application/dicom"})
    assert status == 200, body


def test_rendered_by_the_server(server, tmp_path):
    """The resource of a state is its first underlying image with what lies over it, as `martlet render` makes it."""
    study, opacity, images = pydicom.uid.generate_uid(), 0.625, {}
    for place, path in (("lower", FILES[0]), ("upper", FILES[1])):
        made = pydicom.dcmread(path)
        made.StudyInstanceUID, made.SeriesInstanceUID = study, pydicom.uid.generate_uid()
        made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        # Both lie at the same place.
        made.ImagePositionPatient = pydicom.dcmread(FILES[0]).ImagePositionPatient
        made.save_as(tmp_path / f"{place}.dcm")
        images[place] = made
    state, palette = blending([images["lower"]], [images["upper"]], opacity)
    done, output = render(tmp_path, state, [tmp_path / "lower.dcm", tmp_path / "upper.dcm"])
    assert done.returncode == 0, done.stderr
    store(server, tmp_path / "state.dcm")
    store(server, tmp_path / "lower.dcm")
    resource = f"/dicom-web/studies/{study}/series/{state.SeriesInstanceUID}/instances/{state.SOPInstanceUID}/rendered"
    status, _, body = server.request(resource, headers={"Accept": "image/png"})
    assert status == 404 and b"superimposed" in body
    store(server, tmp_path / "upper.dcm")
    status, headers, body = server.request(resource, headers={"Accept": "image/png"})
    assert status == 200, body
    picture = numpy.asarray(Image.open(io.BytesIO(body))).astype(float)
    assert abs(picture - expected(images["lower"], images["upper"], palette, opacity)).max() <= 2
    assert (picture == numpy.asarray(Image.open(next(output.glob("*.png"))))).all()
    status, _, body = server.request(resource + "?viewport=32,32")
    assert status == 200 and max(Image.open(io.BytesIO(body)).size) == 32


def test_a_mask_is_subtracted_by_the_server(server, tmp_path):
    run = angiography.run("Vessel^Server")
    state = angiography.state(run)
    reference = state.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    reference.ReferencedFrameNumber = [5]
    for name, made in (("run", run), ("state", state)):
        pydicom.dcmwrite(tmp_path / f"{name}.dcm", made, enforce_file_format=True)
        store(server, tmp_path / f"{name}.dcm")
    resource = (f"/dicom-web/studies/{state.StudyInstanceUID}/series/{state.SeriesInstanceUID}"
                f"/instances/{state.SOPInstanceUID}/rendered")
    status, _, body = server.request(resource, headers={"Accept": "image/png"})
    assert status == 200, body
    picture = numpy.asarray(Image.open(io.BytesIO(body))).astype(float)
    assert abs(picture - angiography.shown(run, 5)).max() <= 1


def test_what_is_missing_is_said(tmp_path):
    images = [pydicom.dcmread(path) for path in FILES[:2]]
    state, _ = blending(images[:1], images[1:], 0.5)
    done, _ = render(tmp_path, state, FILES[:1])
    assert done.returncode == 1 and "superimposed" in done.stderr
    done, _ = render(tmp_path, state, FILES[1:2])
    assert done.returncode == 1 and "underlying" in done.stderr


def test_volumetric_states_are_refused_by_name(tmp_path):
    image = pydicom.dcmread(FILES[0])
    state = states.state(image)
    state.SOPClassUID = state.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.11.6"
    done, _ = render(tmp_path, state, FILES[:1])
    assert done.returncode == 1 and "11.6 is no presentation state that can be applied" in done.stderr
