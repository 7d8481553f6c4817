# SPDX-License-Identifier: Apache-2.0
"""`martlet render` gives the pixels that DCMTK and pydicom give, within one grey level."""
import io
import json
import subprocess
from pathlib import Path

import angiography
import corpus
import numpy
import pydicom
import pytest
import render_states as states
from martlet_server import binary
from PIL import Image, ImageCms
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, apply_windowing, pixel_array
from pydicom.sequence import Sequence

SYNTHETIC = corpus.folders()["synthetic"]
# Files in which DCMTK's picture differs, and why.
TABLE = json.loads((Path(__file__).parent / "render_differences.json").read_text())
# Larger ones cost more than they tell.
LARGEST = 4_000_000
# Of parts with many files that look alike, one in so many.
SAMPLED = {"charset": 9, "sop": 6, "ts": 4, "volume": 6}
IMAGES = [
    each for each in corpus.entries()
    if each["path"] is not None and "pixel" in each and each.get("rows", 0) * each.get("columns", 0) <= LARGEST
]


def martlet(*arguments, check=True):
    return subprocess.run(
        [str(binary()), "render", *map(str, arguments)], capture_output=True, check=check, timeout=120)


def picture(path, *options):
    """A rendered picture as an array."""
    output = martlet(path, "-o", "-", *options).stdout
    return numpy.asarray(Image.open(io.BytesIO(output))).astype(int)


def dcmtk(*arguments):
    """A picture of DCMTK, or None where it has none."""
    done = subprocess.run(["dcmj2pnm", "-q", "-S", "+op", *map(str, arguments)], capture_output=True, timeout=120)
    return numpy.asarray(Image.open(io.BytesIO(done.stdout))).astype(int) if done.stdout else None


def differ(left, right, allowed=1):
    return left.shape != right.shape or abs(left - right).max() > allowed


def views(path):
    """How both programs are told to show the same values: first window, first VOI LUT, range of the frame."""
    found = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    if not str(found.get("PhotometricInterpretation", "")).startswith("MONO"):
        return [], []
    if found.get("WindowCenter") not in (None, ""):
        return ["+Wi", "1"], ["--voi-index", "1"]
    if "VOILUTSequence" in found:
        return ["+Wl", "1"], ["--voi-index", "1"]
    return ["+Wm"], ["--range", "frame"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", sorted({each["id"].split("/")[1] for each in IMAGES}))
def test_corpus_as_dcmtk(part):
    """First frames, without overlays, pixel by pixel."""
    wrong, compared = [], 0
    for entry in [each for each in IMAGES if each["id"].split("/")[1] == part][:: SAMPLED.get(part, 1)]:
        theirs, ours = views(entry["path"])
        expected = dcmtk("-O", *theirs, entry["path"])
        if expected is None:
            continue
        options = ("--keep-matrix", "--overlays", "off", "--shutter", "off", *ours)
        done = martlet(entry["path"], "-o", "-", *options, check=False)
        got = numpy.asarray(Image.open(io.BytesIO(done.stdout))).astype(int) if done.stdout else numpy.zeros(0)
        compared += 1
        if differ(got, expected) != (entry["id"] in TABLE):
            wrong.append(entry["id"])
    print(f"{part}: {compared} compared")
    assert not wrong


@pytest.mark.parametrize("name", ["bits32", "signed8", "highbit15_stored12", "mono1_windows", "modality_and_voi_lut"])
def test_greyscale_as_pydicom(name):
    path = SYNTHETIC / "px" / f"{name}.dcm"
    found = pydicom.dcmread(path)
    modality = apply_modality_lut(pixel_array(found), found).astype(float)
    if "VOILUTSequence" in found:
        shown = apply_voi_lut(modality.astype(int), found).astype(float)
        bits = found.VOILUTSequence[0].LUTDescriptor[2]
        shown = shown / (2**bits - 1) * 255
        options = ["--voi-index", "1"]
    elif "WindowCenter" in found:
        shown = windowed(modality, found)
        options = ["--voi-index", "1"]
    else:
        shown = (modality - modality.min()) / (modality.max() - modality.min()) * 255
        options = ["--range", "frame"]
    if found.PhotometricInterpretation == "MONOCHROME1":
        shown = 255 - shown
    assert not differ(picture(path, "--keep-matrix", *options), numpy.rint(shown))


def windowed(values, found):
    """pydicom's window, brought to 0 to 255."""
    result = apply_windowing(values, found)
    signed = found.PixelRepresentation == 1
    bits = found.BitsStored
    least, greatest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    if "RescaleSlope" in found:
        least, greatest = (value * found.RescaleSlope + found.RescaleIntercept for value in (least, greatest))
    return (result - least) / (greatest - least) * 255


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_window_functions_as_pydicom(function, tmp_path):
    found = pydicom.dcmread(SYNTHETIC / "volume" / "ct22.dcm")
    found.VOILUTFunction = function
    path = states.save(found, tmp_path / "ct.dcm")
    values = apply_modality_lut(found.pixel_array, found).astype(float)
    assert not differ(picture(path, "--keep-matrix"), numpy.rint(windowed(values, found)))


@pytest.mark.parametrize("name", ["palette8", "palette16", "palette_segmented16"])
@pytest.mark.parametrize("bits", [8, 16])
def test_palettes_as_pydicom(name, bits):
    path = SYNTHETIC / "px" / f"{name}.dcm"
    found = pydicom.dcmread(path)
    expected = apply_color_lut(found.pixel_array, found)
    own = 16 if expected.dtype == numpy.uint16 else 8
    full = expected.astype(float) / (2**own - 1)
    if bits == 8:
        assert not differ(picture(path, "--keep-matrix"), numpy.floor(full * 255.999))
    else:
        raw = martlet(path, "-o", "-", "--keep-matrix", "--bits", 16, "--format", "raw").stdout
        got = numpy.frombuffer(raw, "<u2").reshape(expected.shape)
        # Segments between two colours are straight lines, rounded or cut.
        assert abs(got - full * 65535).max() <= 1


def test_ybr_as_the_formula_says():
    path = SYNTHETIC / "px" / "ybr_full.dcm"
    raw = pixel_array(path, raw=True).astype(float)
    luma, blue, red = raw[..., 0], raw[..., 1] - 128, raw[..., 2] - 128
    green = luma - 0.114 * 1.772 / 0.587 * blue - 0.299 * 1.402 / 0.587 * red
    expected = numpy.stack([luma + 1.402 * red, green, luma + 1.772 * blue], -1)
    assert not differ(picture(path, "--keep-matrix"), numpy.clip(numpy.rint(expected), 0, 255), allowed=0)


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_floats_as_numpy(name):
    path = SYNTHETIC / "px" / f"{name}.dcm"
    found = pydicom.dcmread(path)
    values = apply_modality_lut(found.pixel_array.astype(float), found)
    finite = values[numpy.isfinite(values)]
    shown = (values - finite.min()) / (finite.max() - finite.min()) * 255
    expected = numpy.rint(numpy.clip(numpy.nan_to_num(shown, nan=0), 0, 255))
    assert not differ(picture(path, "--keep-matrix", "--range", "frame"), expected)


def test_sixteen_bits_as_dcmtk(ct_files):
    done = subprocess.run(
        ["dcmj2pnm", "-S", "+Wi", "1", "+on2", str(ct_files[20])], capture_output=True, check=True)
    expected = numpy.asarray(Image.open(io.BytesIO(done.stdout))).astype(int)
    raw = martlet(ct_files[20], "-o", "-", "--keep-matrix", "--bits", 16, "--format", "raw").stdout
    got = numpy.frombuffer(raw, "<u2").reshape(expected.shape).astype(int)
    assert not differ(got, expected)
    assert (picture(ct_files[20], "--keep-matrix", "--bits", 16) == got).all()


# MARK: Overlays


def test_overlay_in_the_pixel_bits_as_dcmtk():
    path = SYNTHETIC / "px" / "overlay_embedded_bit15.dcm"
    assert not differ(picture(path, "--keep-matrix", "--range", "frame"), dcmtk("+Wm", path))


def test_overlays_that_lie_outside_as_dcmtk(ct_files, tmp_path):
    found = pydicom.dcmread(ct_files[22])
    random = numpy.random.default_rng(3).random((50, 61)) > 0.5
    states.overlay(found, 0x6000, random, origin=(-5, 70))
    states.overlay(found, 0x6002, random, origin=(80, -20))
    path = states.save(found, tmp_path / "image.dcm")
    expected = dcmtk("+Wi", "1", path)
    got = picture(path, "--keep-matrix")
    assert not differ(got, expected)
    assert differ(got, picture(path, "--keep-matrix", "--overlays", "off"))


def test_region_shows_its_border(ct_files, tmp_path):
    """DCMTK darkens what is outside a region; we draw its border and hide nothing."""
    found = pydicom.dcmread(ct_files[22])
    mask = numpy.zeros((found.Rows, found.Columns), bool)
    mask[20:40, 30:60] = True
    states.overlay(found, 0x6000, mask, kind="R")
    path = states.save(found, tmp_path / "image.dcm")
    plain, shown = picture(path, "--keep-matrix", "--overlays", "off"), picture(path, "--keep-matrix")
    border = mask.copy()
    border[21:39, 31:59] = False
    assert (shown[border] == 255).all()
    assert (shown[~border] == plain[~border]).all()


# MARK: Presentation states


def both(image, made, folder):
    """The picture by DCMTK's presentation state library, and ours."""
    path = states.save(made, folder / "state.dcm")
    output = folder / "theirs.pgm"
    subprocess.run(["dcmp2pgm", "-p", str(path), str(image), str(output)], check=True, capture_output=True)
    return numpy.asarray(Image.open(output)).astype(int), picture(image, "--presentation-state", path)


def change_nothing(made):
    pass


def inverse(made):
    made.PresentationLUTShape = "INVERSE"


def no_voi(made):
    del made.SoftcopyVOILUTSequence


def no_modality(made):
    del made.RescaleSlope, made.RescaleIntercept, made.RescaleType
    made.SoftcopyVOILUTSequence[0].WindowCenter = 1100


def voi_table(made):
    entries = numpy.arange(1000) * 4
    made.SoftcopyVOILUTSequence = Sequence(
        [states.item(VOILUTSequence=Sequence([states.table("SS", -200, entries, 12)]))])


def presentation_table(made):
    del made.PresentationLUTShape
    entries = 65535 * (numpy.arange(4096) / 4095) ** 1.5
    made.PresentationLUTSequence = Sequence([states.table("US", 0, entries, 16)])


def bitmap_shutter(made):
    mask = numpy.zeros((96, 112), bool)
    mask[20:40, 30:60] = True
    states.overlay(made, 0x6000, mask)
    made.ShutterShape, made.ShutterOverlayGroup, made.ShutterPresentationValue = "BITMAP", 0x6000, 20000


@pytest.mark.parametrize(
    "change",
    [change_nothing, inverse, no_voi, no_modality, voi_table, presentation_table, bitmap_shutter])
def test_presentation_state_as_dcmtk(change, ct_files, tmp_path):
    made = states.state(pydicom.dcmread(ct_files[22]))
    change(made)
    theirs, ours = both(ct_files[22], made, tmp_path)
    assert not differ(ours, theirs)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["N", "Y"])
def test_spatial_transformation_as_dcmtk(rotation, flip, ct_files, tmp_path):
    made = states.state(pydicom.dcmread(ct_files[22]))
    made.ImageRotation, made.ImageHorizontalFlip = rotation, flip
    theirs, ours = both(ct_files[22], made, tmp_path)
    assert not differ(ours, theirs)


@pytest.mark.parametrize("shape", ["IDENTITY", "INVERSE"])
def test_monochrome1_counts_for_nothing_under_a_state_as_in_dcmtk(shape, ct_files, tmp_path):
    found = pydicom.dcmread(ct_files[22])
    found.PhotometricInterpretation = "MONOCHROME1"
    path = states.save(found, tmp_path / "image.dcm")
    made = states.state(found)
    made.PresentationLUTShape = shape
    theirs, ours = both(path, made, tmp_path)
    assert not differ(ours, theirs)


def test_a_mask_is_subtracted_as_numpy_does_it(tmp_path):
    run = angiography.run()
    image = states.save(run, tmp_path / "run.dcm")
    path = states.save(angiography.state(run), tmp_path / "state.dcm")
    for number in (1, 3, 6):
        seen = picture(image, "--presentation-state", path, "--frame", number)
        assert not differ(seen, angiography.shown(run, number)), number
    path = states.save(angiography.state(run, "TID"), tmp_path / "interval.dcm")
    values = run.pixel_array * 1.5
    expected = (values[3] - values[2] - angiography.CENTER + 0.5) / (angiography.WIDTH - 1) + 0.5
    assert not differ(picture(image, "--presentation-state", path, "--frame", 4), expected.clip(0, 1) * 255)
    path = states.save(angiography.state(run, "REV_TID"), tmp_path / "reverse.dcm")
    done = martlet(image, "-o", tmp_path / "no.png", "--presentation-state", path, check=False)
    assert done.returncode == 1 and b"REV_TID" in done.stderr


def test_state_of_another_vendor(tmp_path):
    """highdicom wrote it: a window, a line and a word on the sphere."""
    folder = SYNTHETIC / "volume"
    made = pydicom.dcmread(folder / "gsps.dcm")
    target = made.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID
    done = martlet(folder, "-o", tmp_path, "--presentation-state", folder / "gsps.dcm", "--json")
    # Only the image of the state is rendered.
    assert [pydicom.dcmread(each["file"]).SOPInstanceUID for each in json.loads(done.stdout)] == [target]
    image = next(path for path in sorted(folder.glob("ct*.dcm")) if pydicom.dcmread(path).SOPInstanceUID == target)
    shown = picture(image, "--presentation-state", folder / "gsps.dcm", "--size", "896x768")
    assert shown.shape == (768, 896, 3)
    coloured = (shown.max(-1) - shown.min(-1)) > 20
    rows, columns = numpy.nonzero(coloured)
    # The line runs from (30, 40) to (80, 60), the word stands in (70, 30) to (100, 40); eight pixels for one.
    assert 230 <= rows.min() and rows.max() <= 485 and 235 <= columns.min() and columns.max() <= 805
    assert coloured[(8 * 50 - 3) : (8 * 50 + 4), 8 * 55].any()


def test_drawings_lie_where_they_belong(ct_files, tmp_path):
    made = states.state(pydicom.dcmread(ct_files[22]))
    made.GraphicLayerSequence = Sequence([states.layer("A", 1, 0xFFFF)])
    made.GraphicAnnotationSequence = Sequence([states.item(
        GraphicLayer="A",
        GraphicObjectSequence=Sequence([
            states.graphic("POLYLINE", [(10, 10), (20, 10), (20, 30), (10, 30)], filled="Y"),
            states.graphic("CIRCLE", [(80, 50), (90, 50)]),
        ]),
        TextObjectSequence=Sequence([states.text("12.5 mm", (0.6, 0.02), (0.98, 0.12), "DISPLAY")]))])
    path = states.save(made, tmp_path / "state.dcm")
    plain = states.save(states.state(pydicom.dcmread(ct_files[22])), tmp_path / "plain.dcm")
    options = ("--size", "1120x960")
    change = abs(
        picture(ct_files[22], "--presentation-state", path, *options)
        - picture(ct_files[22], "--presentation-state", plain, *options)) > 60
    assert change[101:299, 101:199].all()
    ring = numpy.argwhere(change[390:610, 690:910])
    assert (abs(numpy.hypot(*(ring - [109.5, 109.5]).T) - 100) < 4).all() and len(ring) > 1000
    assert 150 < change[19:116, 672:1100].sum() < 12000
    change[98:302, 98:202] = change[390:610, 690:910] = change[10:120, 660:1110] = False
    assert not change.any()


def test_displayed_area(ct_files, tmp_path):
    whole = picture(ct_files[22], "--keep-matrix")
    made = states.state(pydicom.dcmread(ct_files[22]))
    area = made.DisplayedAreaSelectionSequence[0]
    area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = [21, 11], [90, 60]
    path = states.save(made, tmp_path / "state.dcm")
    assert (picture(ct_files[22], "--presentation-state", path) == whole[10:60, 20:90]).all()
    area.PresentationSizeMode, area.PresentationPixelSpacing = "TRUE SIZE", [1.0, 1.25]
    path = states.save(made, tmp_path / "state.dcm")
    assert picture(ct_files[22], "--presentation-state", path, "--display-pitch", 0.25).shape == (200, 350)


# MARK: Displays, files and options


def test_calibrated_display_as_dcmtk(ct_files, tmp_path):
    curve = tmp_path / "display.lut"
    levels = [f"{level} {0.3 + (level / 255) ** 2.2 * 300:.4f}" for level in range(256)]
    curve.write_text("max 255\namb 0.5\n" + "\n".join(levels) + "\n")
    expected = dcmtk("+Wi", "1", "+Dm", curve, ct_files[22])
    assert not differ(picture(ct_files[22], "--keep-matrix", "--display", curve), expected)


def test_profiles_are_passed_on(tmp_path):
    found = pydicom.dcmread(SYNTHETIC / "px" / "palette8.dcm")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found.ICCProfile = profile + bytes(len(profile) % 2)
    path = states.save(found, tmp_path / "image.dcm")
    for options in ([], ["--format", "jpeg"]):
        shown = Image.open(io.BytesIO(martlet(path, "-o", "-", *options).stdout))
        assert shown.info["icc_profile"][: len(profile)] == profile


def test_folders_frames_and_json(ct_files, tmp_path):
    folder = SYNTHETIC / "px"
    done = martlet(folder, "-o", tmp_path, "--frame", "all", "--json", check=False)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    written = sorted(str(path) for path in tmp_path.rglob("*.png"))
    assert written == sorted(each["output"] for each in found)
    many = [each for each in found if each["file"].endswith("bits1_multiframe_unaligned.dcm")]
    assert [each["frame"] for each in many] == list(range(1, many[0]["frames"] + 1)) and len(many) > 1
    for each in found:
        with Image.open(each["output"]) as shown:
            assert shown.size == (each["width"], each["height"])
    windows = next(each for each in found if each["file"].endswith("mono1_windows.dcm"))["views"]
    header = pydicom.dcmread(folder / "mono1_windows.dcm")
    assert [each["center"] for each in windows] == [float(value) for value in header.WindowCenter]


def test_aspect_and_size(ct_files):
    header = pydicom.dcmread(ct_files[0])
    assert picture(ct_files[0]).shape == (header.Rows, round(header.Columns * 1.25))
    assert picture(ct_files[0], "--keep-matrix").shape == (header.Rows, header.Columns)
    assert max(picture(ct_files[0], "--size", "300x300").shape) == 300


@pytest.mark.parametrize("arguments", [
    ["--window", "1"], ["--window", "1,2", "--preset", "lung"], ["--bits", "12"], ["--frame", "0"], ["--size", "0x5"],
    ["--format", "gif"], ["--quality", "0"], ["--voi-index", "0"], ["--bits", "16", "--format", "jpeg"],
    ["--real-world"]])
def test_wrong_use(arguments, ct_files):
    assert martlet(ct_files[0], *arguments, check=False).returncode == 64


@pytest.mark.parametrize("name, options", [
    ("volume/gsps.dcm", []), ("volume/ct00.dcm", ["--voi-index", "9"]), ("volume/ct00.dcm", ["--frame", "2"]),
    ("volume/ct00.dcm", ["--presentation-state", SYNTHETIC / "volume" / "gsps.dcm"]),
    ("volume/ct00.dcm", ["--presentation-state", SYNTHETIC / "volume" / "ct01.dcm"]),
    ("volume/absent.dcm", []), ("px/rows_65535.dcm", [])])
def test_failures_say_why(name, options, tmp_path):
    done = martlet(SYNTHETIC / name, "-o", tmp_path, *options, check=False)
    assert done.returncode == 1 and b"martlet: " in done.stderr or b"Error: " in done.stderr
    assert not list(tmp_path.iterdir())
