# SPDX-License-Identifier: Apache-2.0
"""Query/Retrieve View: enhanced images as classic ones and classic series as enhanced ones, with pynetdicom, pydicom
and dciodvfy (PS3.4 C.3.5)."""
import json

import corpus
import dciodvfy
import numpy as np
import pydicom
import pytest
from martlet_server import MartletServer
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, AllStoragePresentationContexts, build_role, evt
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
    CTImageStorage, EnhancedCTImageStorage, EnhancedMRImageStorage, LegacyConvertedEnhancedCTImageStorage,
    LegacyConvertedEnhancedMRImageStorage, LegacyConvertedEnhancedPETImageStorage, MRImageStorage,
    PatientRootQueryRetrieveInformationModelFind, PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove, PositronEmissionTomographyImageStorage,
    StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove)
from test_life_cycle import wait_settled

FIND, GET, MOVE = (
    StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove)
PATIENT = (
    PatientRootQueryRetrieveInformationModelFind, PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove)
PIXELS = [CTImageStorage, MRImageStorage, PositronEmissionTomographyImageStorage]
SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]


def negotiation(sop_class, flags):
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid, item.service_class_application_information = sop_class, bytes(flags)
    return item


def associate(server, sop_class, convert=True, sop_classes=(), syntaxes=SYNTAXES, handlers=(), length=None):
    ae = AE(ae_title="VIEWER")
    ae.add_requested_context(sop_class)
    for each in sop_classes:
        for syntax in syntaxes:
            ae.add_requested_context(each, syntax)
    items = [build_role(each, scp_role=True) for each in sop_classes]
    flags = [1, 1, 1, 1, int(convert)] if sop_class in (FIND, PATIENT[0]) else [1, int(convert)]
    items.append(negotiation(sop_class, flags[:length]))
    association = ae.associate(
        "127.0.0.1", server.dicom_port, ae_title="MARTLET", ext_neg=items, evt_handlers=list(handlers))
    assert association.is_established
    return association


def identifier(level, view, **keys):
    made = pydicom.Dataset()
    made.QueryRetrieveLevel = level
    if view:
        made.QueryRetrieveView = view
    for key, value in keys.items():
        setattr(made, key, value)
    return made


def find(server, level, view, model=FIND, **keys):
    association = associate(server, model)
    answers = list(association.send_c_find(identifier(level, view, **keys), model))
    association.release()
    assert answers[-1][0].Status == 0, answers[-1][0]
    return [answer for status, answer in answers if status.Status in (0xFF00, 0xFF01)]


def get(server, level, view, model=GET, sop_classes=None, syntaxes=SYNTAXES, **keys):
    received = []

    def store(event):
        data = event.dataset
        data.file_meta = event.file_meta
        received.append(data)
        return 0

    wanted = sop_classes or sorted({
        uid for answer in find(server, "STUDY", view, StudyInstanceUID=keys.get("StudyInstanceUID", ""),
                               SOPClassesInStudy="")
        for uid in ([answer.SOPClassesInStudy] if isinstance(answer.SOPClassesInStudy, str)
                    else answer.SOPClassesInStudy)})
    association = associate(server, model, sop_classes=wanted, syntaxes=syntaxes, handlers=[(evt.EVT_C_STORE, store)])
    statuses = [status for status, _ in association.send_c_get(identifier(level, view, **keys), model)]
    association.release()
    return statuses[-1], received


def send(server, data_sets):
    ae = AE(ae_title="VIEWER")
    for sop_class, syntax in sorted({(each.SOPClassUID, each.file_meta.TransferSyntaxUID) for each in data_sets}):
        ae.add_requested_context(sop_class, syntax)
    association = ae.associate("127.0.0.1", server.dicom_port, ae_title="MARTLET")
    for each in data_sets:
        assert association.send_c_store(each).Status == 0
    association.release()


def moved_to(data, study, patient):
    """A file of the corpus in a study and of a patient of its own."""
    data.StudyInstanceUID, data.PatientID, data.PatientName = study, patient, patient + "^VIEW"
    return data


def known(name):
    entry = next(each for each in corpus.entries() if each["id"].endswith(name))
    if entry["path"] is None:
        pytest.skip(f"{name} is not here")
    return pydicom.dcmread(entry["path"])


def item(**values):
    made = pydicom.Dataset()
    for key, value in values.items():
        setattr(made, key, value)
    return made


def with_groups(image):
    """Functional groups for a file of which they were taken away; each frame is scaled in its own way."""
    image.AcquisitionDuration, image.EchoPulseSequence, image.InversionRecovery = 10.0, "GRADIENT", "NO"
    image.EchoPlanarPulseSequence, image.SegmentedKSpaceTraversal = "YES", "SINGLE"
    image.SteadyStatePulseSequence = "NONE"
    image.MRAcquisitionType, image.PatientPosition, image.PositionReferenceIndicator = "2D", "HFS", ""
    image.FrameOfReferenceUID = MR_STUDY + ".5"
    # Zeros, which are no direction.
    del image.VelocityEncodingDirection
    kind = item(FrameType=["ORIGINAL", "PRIMARY", "T2", "NONE"], PixelPresentation="MONOCHROME",
                VolumetricProperties="VOLUME", VolumeBasedCalculationTechnique="NONE",
                ComplexImageComponent="MAGNITUDE", AcquisitionContrast="T2")
    image.SharedFunctionalGroupsSequence = [item(
        PixelMeasuresSequence=[item(PixelSpacing=[1.25, 1.5], SliceThickness=5)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 0.8, -0.6])],
        MRImageFrameTypeSequence=[kind],
        MRTimingAndRelatedParametersSequence=[item(RepetitionTime=2000, FlipAngle=90, EchoTrainLength=1)])]
    image.PerFrameFunctionalGroupsSequence = [item(
        FrameContentSequence=[item(FrameAcquisitionNumber=3, FrameAcquisitionDateTime="20260102030405.5",
                                   StackID="1", InStackPositionNumber=frame + 1, DimensionIndexValues=[frame + 1])],
        PlanePositionSequence=[item(ImagePositionPatient=[-10.5, frame * 3.0, frame * 4.0])],
        MREchoSequence=[item(EffectiveEchoTime=80.5)],
        PixelValueTransformationSequence=[item(RescaleIntercept=-frame, RescaleSlope=1 + frame / 4, RescaleType="US")],
        FrameVOILUTSequence=[item(WindowCenter=100 + frame, WindowWidth=300)],
    ) for frame in range(int(image.NumberOfFrames))]
    return image


MR_STUDY, CT_STUDY, JLS_STUDY = (f"1.2.826.0.1.3680043.10.995.{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def enhanced(server):
    """Enhanced images: MR with its neighbour that refers to it, CT, and one that is compressed."""
    mr = moved_to(with_groups(known("pydicom-data/emri_small.dcm")), MR_STUDY, "EMR")
    image = pydicom.dcmread(sorted((corpus.FOLDER / "synthetic" / "volume").glob("mr*"))[0])
    moved_to(image, MR_STUDY, "EMR")
    image.SeriesInstanceUID = MR_STUDY + ".7"
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = MR_STUDY + ".7.1"
    reference = pydicom.Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = mr.SOPClassUID, mr.SOPInstanceUID
    reference.ReferencedFrameNumber = [2, 3]
    image.ReferencedImageSequence = [reference]
    alone = pydicom.dcmread(sorted((corpus.FOLDER / "synthetic" / "volume").glob("mr*"))[1])
    moved_to(alone, MR_STUDY, "EMR")
    alone.SeriesInstanceUID = MR_STUDY + ".8"
    alone.SOPInstanceUID = alone.file_meta.MediaStorageSOPInstanceUID = MR_STUDY + ".8.1"
    ct = moved_to(known("pydicom-data/eCT_Supplemental.dcm"), CT_STUDY, "ECT")
    jls = moved_to(with_groups(known("pydicom-data/emri_small_jpeg_ls_lossless.dcm")), JLS_STUDY, "EJLS")
    jls.SOPInstanceUID = jls.file_meta.MediaStorageSOPInstanceUID = JLS_STUDY + ".1"
    jls.SeriesInstanceUID = JLS_STUDY + ".2"
    send(server, [mr, image, alone, ct, jls])
    return {"mr": mr, "ct": ct, "jls": jls}


def groups(image, frame, name):
    """The first item of a functional group of a frame."""
    for item in (image.PerFrameFunctionalGroupsSequence[frame], image.SharedFunctionalGroupsSequence[0]):
        if name in item and len(item[name].value):
            return item[name].value[0]
    return None


def same_numbers(left, right):
    return np.allclose(np.asarray(left, float), np.asarray(right, float), atol=1e-6, rtol=0)


def check_frame(classic, source, frame, pixels):
    """One classic image is one frame of an enhanced one: pixels, geometry, values and references."""
    assert np.array_equal(classic.pixel_array, pixels)
    for group, names in (
            ("PlanePositionSequence", ["ImagePositionPatient"]),
            ("PlaneOrientationSequence", ["ImageOrientationPatient"]),
            ("PixelMeasuresSequence", ["PixelSpacing", "SliceThickness"]),
            ("PixelValueTransformationSequence", ["RescaleIntercept", "RescaleSlope"]),
            ("FrameVOILUTSequence", ["WindowCenter", "WindowWidth"])):
        item = groups(source, frame, group)
        for name in names:
            if item is not None and name in item:
                assert same_numbers(classic[name].value, item[name].value), name
    origin, = classic.ConversionSourceAttributesSequence
    assert (origin.ReferencedSOPClassUID, origin.ReferencedSOPInstanceUID, origin.ReferencedFrameNumber) == (
        source.SOPClassUID, source.SOPInstanceUID, frame + 1)
    assert classic.StudyInstanceUID == source.StudyInstanceUID
    assert classic.SeriesInstanceUID != source.SeriesInstanceUID
    assert classic.get("FrameOfReferenceUID") == source.get("FrameOfReferenceUID")
    equipment = classic.ContributingEquipmentSequence[-1]
    assert equipment.PurposeOfReferenceCodeSequence[0].CodeValue == "109106"
    assert equipment.ContributionDescription == "Classic Image created from Enhanced Image"
    assert "NumberOfFrames" not in classic and "PerFrameFunctionalGroupsSequence" not in classic


@pytest.mark.parametrize("kind, study, sop_class", [
    ("mr", MR_STUDY, MRImageStorage), ("ct", CT_STUDY, CTImageStorage), ("jls", JLS_STUDY, MRImageStorage)])
def test_enhanced_images_are_classic_ones(server, enhanced, tmp_path, kind, study, sop_class):
    source = enhanced[kind]
    before = find(server, "SERIES", "", StudyInstanceUID=study, SeriesInstanceUID="")
    assert source.SeriesInstanceUID in [each.SeriesInstanceUID for each in before]
    frames = int(source.NumberOfFrames)
    series = [each for each in find(
        server, "SERIES", "CLASSIC", StudyInstanceUID=study, SeriesInstanceUID="", Modality="",
        NumberOfSeriesRelatedInstances="") if each.NumberOfSeriesRelatedInstances == frames]
    assert len(series) == 1 and series[0].Modality == source.Modality
    uid = series[0].SeriesInstanceUID
    assert uid not in [each.SeriesInstanceUID for each in before]
    keys = {"StudyInstanceUID": study, "SeriesInstanceUID": uid}
    images = find(server, "IMAGE", "CLASSIC", SOPInstanceUID="", SOPClassUID="", InstanceNumber="",
                  ImagePositionPatient="", **keys)
    assert {each.SOPClassUID for each in images} == {sop_class}
    assert [each.InstanceNumber for each in images] == list(range(1, frames + 1))
    status, received = get(server, "SERIES", "CLASSIC", **keys)
    assert status.Status == 0 and status.NumberOfCompletedSuboperations == frames
    assert [each.SOPInstanceUID for each in received] == [each.SOPInstanceUID for each in images]
    pixels = source.pixel_array
    for frame, classic in enumerate(received):
        check_frame(classic, source, frame, pixels[frame])
        assert images[frame].get("ImagePositionPatient") == classic.get("ImagePositionPatient")
    # The same again, at each level and one by one.
    assert find(server, "IMAGE", "CLASSIC", SOPInstanceUID="", SOPClassUID="", InstanceNumber="",
                ImagePositionPatient="", **keys) == images
    one = received[-1].SOPInstanceUID
    assert [each.SOPInstanceUID for each in find(
        server, "IMAGE", "CLASSIC", SOPInstanceUID=one, **keys)] == [one]
    status, again = get(server, "IMAGE", "CLASSIC", SOPInstanceUID=one, **keys)
    assert status.Status == 0 and again == [received[-1]]
    path = tmp_path / "classic.dcm"
    received[0].save_as(path, enforce_file_format=True)
    assert errors(path) == set()


def errors(path):
    found = dciodvfy.findings(path)
    assert found is not None
    return {message for message in found.values() if message.startswith("Error")}


def test_what_refers_to_a_converted_image_follows_it(server, enhanced):
    status, received = get(server, "STUDY", "CLASSIC", StudyInstanceUID=MR_STUDY)
    frames = int(enhanced["mr"].NumberOfFrames)
    assert status.Status == 0 and len(received) == frames + 2
    by_series = {}
    for each in received:
        by_series.setdefault(each.SeriesInstanceUID, []).append(each)
    # What refers to nothing is as it was.
    assert [each.SOPInstanceUID for each in by_series.pop(MR_STUDY + ".8")] == [MR_STUDY + ".8.1"]
    copy, = (images[0] for images in by_series.values() if len(images) == 1)
    split, = (images for images in by_series.values() if len(images) == frames)
    assert copy.SOPInstanceUID != MR_STUDY + ".7.1" and copy.SeriesInstanceUID != MR_STUDY + ".7"
    assert [(each.ReferencedSOPClassUID, each.ReferencedSOPInstanceUID) for each in copy.ReferencedImageSequence] == [
        (MRImageStorage, split[frame].SOPInstanceUID) for frame in (1, 2)]
    assert not any("ReferencedFrameNumber" in each for each in copy.ReferencedImageSequence)
    assert copy.ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID == MR_STUDY + ".7.1"
    assert copy.ContributingEquipmentSequence[-1].ContributionDescription == (
        "Updated UID references during Legacy Enhanced Classic conversion")
    study, = find(server, "STUDY", "CLASSIC", StudyInstanceUID=MR_STUDY, NumberOfStudyRelatedSeries="",
                  NumberOfStudyRelatedInstances="", SOPClassesInStudy="", ModalitiesInStudy="")
    assert (study.NumberOfStudyRelatedSeries, study.NumberOfStudyRelatedInstances) == (3, frames + 2)
    assert study.SOPClassesInStudy == MRImageStorage
    patient, = find(server, "PATIENT", "CLASSIC", model=PATIENT[0], PatientID="EMR",
                    NumberOfPatientRelatedInstances="", NumberOfPatientRelatedSeries="")
    assert (patient.NumberOfPatientRelatedSeries, patient.NumberOfPatientRelatedInstances) == (3, frames + 2)


def test_without_a_view_nothing_changes(server, enhanced):
    source = enhanced["mr"]
    for view, convert, length in ((None, True, None), ("CLASSIC", False, None), ("CLASSIC", True, 3)):
        association = associate(server, FIND, convert, length=length)
        keys = {"StudyInstanceUID": MR_STUDY, "NumberOfStudyRelatedInstances": "", "SOPClassesInStudy": ""}
        answers = [answer for _, answer in association.send_c_find(identifier("STUDY", view, **keys), FIND) if answer]
        association.release()
        assert [each.NumberOfStudyRelatedInstances for each in answers] == [3]
        assert source.SOPClassUID in answers[0].SOPClassesInStudy
    association = associate(server, FIND)
    statuses = [status.Status for status, _ in association.send_c_find(
        identifier("STUDY", "MODERN", StudyInstanceUID=MR_STUDY), FIND)]
    association.release()
    assert statuses == [0xA900]
    # The view does not know the image itself.
    keys = {"StudyInstanceUID": MR_STUDY, "SeriesInstanceUID": source.SeriesInstanceUID}
    assert find(server, "IMAGE", "CLASSIC", SOPInstanceUID=source.SOPInstanceUID, **keys) == []
    status, received = get(server, "IMAGE", "", SOPInstanceUID=source.SOPInstanceUID, sop_classes=[source.SOPClassUID],
                           **keys)
    assert status.Status == 0 and [each.SOPInstanceUID for each in received] == [source.SOPInstanceUID]


def test_moves_send_what_the_view_shows(server, enhanced):
    received = []

    def store(event):
        data = event.dataset
        data.file_meta = event.file_meta
        received.append(data)
        return 0

    ae = AE(ae_title="TARGET")
    ae.supported_contexts = AllStoragePresentationContexts[:100]
    for each in PIXELS:
        ae.add_supported_context(each, SYNTAXES)
    target = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
    try:
        server.add_node("TARGET", "127.0.0.1", target.socket.getsockname()[1])
        for model in (MOVE, PATIENT[2]):
            received.clear()
            association = associate(server, model)
            keys = {"StudyInstanceUID": JLS_STUDY, "PatientID": "EJLS"}
            statuses = [status for status, _ in association.send_c_move(
                identifier("STUDY", "CLASSIC", **keys), "TARGET", model)]
            association.release()
            source = enhanced["jls"]
            assert statuses[-1].Status == 0
            assert statuses[-1].NumberOfCompletedSuboperations == len(received) == int(source.NumberOfFrames)
            for frame, classic in enumerate(received):
                check_frame(classic, source, frame, source.pixel_array[frame])
    finally:
        target.shutdown()


def test_uids_of_a_view_are_found_without_those_above(server, enhanced):
    source = enhanced["ct"]
    image = find(server, "IMAGE", "CLASSIC", StudyInstanceUID=CT_STUDY, SeriesInstanceUID="", SOPInstanceUID="")[-1]
    found = find(server, "IMAGE", "CLASSIC", StudyInstanceUID="", SeriesInstanceUID="",
                 SOPInstanceUID=image.SOPInstanceUID)
    assert [(each.StudyInstanceUID, each.SeriesInstanceUID) for each in found] == [
        (CT_STUDY, image.SeriesInstanceUID)]
    status, received = get(server, "IMAGE", "CLASSIC", SOPInstanceUID=image.SOPInstanceUID,
                           sop_classes=[CTImageStorage])
    assert status.Status == 0 and len(received) == 1
    check_frame(received[0], source, int(source.NumberOfFrames) - 1, source.pixel_array[-1])
    assert find(server, "IMAGE", "CLASSIC", StudyInstanceUID="", SeriesInstanceUID="", SOPInstanceUID="2.25.1") == []


VOLUME = {
    "ct": (CTImageStorage, LegacyConvertedEnhancedCTImageStorage, 40),
    "mr": (MRImageStorage, LegacyConvertedEnhancedMRImageStorage, 16),
    "pt": (PositronEmissionTomographyImageStorage, LegacyConvertedEnhancedPETImageStorage, 20)}


@pytest.fixture(scope="module")
def classic(server):
    """The geometry phantom: three series of classic images and all that refers to them."""
    images = [pydicom.dcmread(path) for path in sorted((corpus.FOLDER / "synthetic" / "volume").glob("*.dcm"))]
    send(server, images)
    return {image.SOPInstanceUID: image for image in images}


def of_volume(classic, kind):
    return [image for image in classic.values() if image.SOPClassUID == VOLUME[kind][0]]


@pytest.mark.parametrize("kind", VOLUME)
def test_classic_series_are_enhanced_images(server, classic, tmp_path, kind):
    sources = of_volume(classic, kind)
    _, sop_class, count = VOLUME[kind]
    study = sources[0].StudyInstanceUID
    found = find(server, "IMAGE", "ENHANCED", StudyInstanceUID=study, SeriesInstanceUID="", SOPInstanceUID="",
                 SOPClassUID=sop_class, NumberOfFrames="")
    assert [each.NumberOfFrames for each in found] == [count]
    keys = {"StudyInstanceUID": study, "SeriesInstanceUID": found[0].SeriesInstanceUID}
    series, = find(server, "SERIES", "ENHANCED", SeriesDate="", SeriesNumber="", NumberOfSeriesRelatedInstances="",
                   **keys)
    assert series.NumberOfSeriesRelatedInstances == 1 and series.SeriesNumber == sources[0].SeriesNumber
    for syntaxes in ([ExplicitVRLittleEndian], [ImplicitVRLittleEndian]):
        status, received = get(server, "SERIES", "ENHANCED", sop_classes=[sop_class], syntaxes=syntaxes, **keys)
        assert status.Status == 0 and [each.SOPInstanceUID for each in received] == [found[0].SOPInstanceUID]
    image, = received
    assert image.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    assert image.SeriesDate == min(each.SeriesDate for each in sources) == series.SeriesDate
    assert int(image.NumberOfFrames) == count
    pixels, seen = image.pixel_array, set()
    for frame in range(count):
        origin = groups(image, frame, "ConversionSourceAttributesSequence")
        source = classic[origin.ReferencedSOPInstanceUID]
        seen.add(source.SOPInstanceUID)
        assert np.array_equal(pixels[frame], source.pixel_array)
        for group, name in (
                ("PlanePositionSequence", "ImagePositionPatient"), ("PixelMeasuresSequence", "PixelSpacing"),
                ("PlaneOrientationSequence", "ImageOrientationPatient"), ("PixelMeasuresSequence", "SliceThickness"),
                ("PixelValueTransformationSequence", "RescaleSlope"),
                ("PixelValueTransformationSequence", "RescaleIntercept")):
            if name in source:
                assert same_numbers(groups(image, frame, group)[name].value, source[name].value), name
    assert seen == {each.SOPInstanceUID for each in sources}
    assert image.FrameOfReferenceUID == sources[0].FrameOfReferenceUID
    equipment = image.ContributingEquipmentSequence[-1]
    assert equipment.ContributionDescription == "Legacy Enhanced Image created from Classic Images"
    path = tmp_path / "enhanced.dcm"
    image.save_as(path, enforce_file_format=True)
    assert errors(path) == set()


def test_enhanced_images_agree_with_highdicom(server, classic):
    """The same frames as another converter gives."""
    from highdicom.legacy import LegacyConvertedEnhancedCTImage
    sources = of_volume(classic, "ct")
    theirs = LegacyConvertedEnhancedCTImage(sources, pydicom.uid.generate_uid(), 1, pydicom.uid.generate_uid(), 1)
    status, received = get(server, "STUDY", "ENHANCED", StudyInstanceUID=sources[0].StudyInstanceUID,
                           sop_classes=[LegacyConvertedEnhancedCTImageStorage])
    ours, = received

    def frames(image):
        found = {}
        for frame, pixels in enumerate(image.pixel_array):
            position = groups(image, frame, "PlanePositionSequence").ImagePositionPatient
            found[tuple(round(float(each), 4) for each in position)] = pixels
        return found

    left, right = frames(ours), frames(theirs)
    assert left.keys() == right.keys() and len(left) == len(sources)
    assert all(np.array_equal(left[place], right[place]) for place in left)


def references(data, found=None):
    """(class, instance, frames) of all references, those to sources of the conversion left out."""
    found = [] if found is None else found
    for element in data:
        if element.VR == "SQ" and element.keyword != "ConversionSourceAttributesSequence":
            for item in element.value:
                if "ReferencedSOPInstanceUID" in item:
                    frames = item.get("ReferencedFrameNumber", [])
                    found.append((item.get("ReferencedSOPClassUID"), item.ReferencedSOPInstanceUID,
                                  tuple([frames] if isinstance(frames, int) else frames)))
                references(item, found)
    return found


def test_the_whole_study_holds_together(server, classic):
    """Counts, and every reference of every object to something that the view has."""
    study = next(iter(classic.values())).StudyInstanceUID
    status, received = get(server, "STUDY", "ENHANCED", StudyInstanceUID=study)
    others = [each for each in classic.values() if each.SOPClassUID not in PIXELS]
    assert status.Status == 0 and len(received) == len(VOLUME) + len(others)
    answer, = find(server, "STUDY", "ENHANCED", StudyInstanceUID=study, NumberOfStudyRelatedInstances="",
                   NumberOfStudyRelatedSeries="")
    assert answer.NumberOfStudyRelatedInstances == len(received)
    assert answer.NumberOfStudyRelatedSeries == len({each.SeriesInstanceUID for each in received})
    shown = {each.SOPInstanceUID: each for each in received}
    replaced = 0
    for each in received:
        assert each.PatientID == next(iter(classic.values())).PatientID
        for sop_class, uid, frames in references(each):
            assert uid not in classic or uid in shown, (each.SOPClassUID.name, uid)
            if uid in shown:
                replaced += uid not in classic
                assert sop_class == shown[uid].SOPClassUID
                assert all(1 <= number <= int(shown[uid].NumberOfFrames) for number in frames)
    assert replaced > 10
    series = {each.SeriesInstanceUID for each in received}
    for each in received:
        for item in each.get("ReferencedSeriesSequence", []):
            assert item.SeriesInstanceUID in series
        for item in each.get("CurrentRequestedProcedureEvidenceSequence", []):
            assert {part.SeriesInstanceUID for part in item.ReferencedSeriesSequence} <= series
    # A segmentation goes on referring to the slices that it was drawn on.
    for each in received:
        if each.SOPClassUID.name != "Segmentation Storage":
            continue
        source = classic[each.ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID]
        assert np.array_equal(each.pixel_array, source.pixel_array)
        for new, old in zip(each.PerFrameFunctionalGroupsSequence, source.PerFrameFunctionalGroupsSequence):
            for now, before in zip(new.get("DerivationImageSequence", []), old.get("DerivationImageSequence", [])):
                for target, slices in zip(now.SourceImageSequence, before.SourceImageSequence):
                    volume = shown[target.ReferencedSOPInstanceUID]
                    origin = groups(volume, target.ReferencedFrameNumber - 1, "ConversionSourceAttributesSequence")
                    assert origin.ReferencedSOPInstanceUID == slices.ReferencedSOPInstanceUID


def test_what_cannot_be_converted_stays(server, ct_files):
    """An overlay, another size, one image alone, and a late image that makes another object of the rest."""
    study = "1.2.826.0.1.3680043.10.994.1"
    images = []
    for number, path in enumerate(ct_files[:6]):
        image = moved_to(pydicom.dcmread(path), study, "MIXED")
        image.SeriesInstanceUID = study + (".3" if number == 5 else ".2")
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{study}.9.{number}"
        images.append(image)
    images[0].add_new(0x60000010, "US", 8)
    images[0].add_new(0x60000011, "US", 8)
    images[0].add_new(0x60003000, "OW", bytes(8))
    images[1].Rows //= 2
    images[1].PixelData = images[1].PixelData[:len(images[1].PixelData) // 2]
    send(server, images[:4] + images[5:])

    def shown():
        return {each.SOPInstanceUID: each for each in find(
            server, "IMAGE", "ENHANCED", StudyInstanceUID=study, SeriesInstanceUID="", SOPInstanceUID="",
            SOPClassUID="", NumberOfFrames="")}

    before = shown()
    kept = {f"{study}.9.{number}" for number in (0, 1, 5)}
    assert kept < before.keys() and len(before) == 4
    joined, = before.keys() - kept
    assert before[joined].NumberOfFrames == 2
    assert shown() == before
    send(server, images[4:5])
    after = shown()
    other, = after.keys() - kept
    assert other != joined and after[other].NumberOfFrames == 3
    # What is rejected is in no view.
    server.command("correct", "reject", "--data", server.data, "--instance", f"{study}.9.4", "--code", "113001")
    assert shown() == before
    status, received = get(server, "STUDY", "ENHANCED", StudyInstanceUID=study)
    assert status.Status == 0 and {each.SOPInstanceUID for each in received} == before.keys()


def test_corrections_hold_in_a_view(server, classic):
    study = of_volume(classic, "mr")[0].StudyInstanceUID
    server.command("correct", "update", "--data", server.data, "--study", study, "--set", "StudyDescription=As seen")
    status, received = get(server, "STUDY", "ENHANCED", StudyInstanceUID=study,
                           sop_classes=[LegacyConvertedEnhancedMRImageStorage])
    assert [each.StudyDescription for each in received] == ["As seen"]


def test_the_commands_ask_for_a_view(server, enhanced, classic, tmp_path):
    source = enhanced["jls"]
    found = json.loads(server.command(
        "find", "127.0.0.1", server.dicom_port, "--study", JLS_STUDY, "--level", "image", "--series",
        source.SeriesInstanceUID, "--json").stdout)
    assert len(found) == 1
    series, = json.loads(server.command(
        "find", "127.0.0.1", server.dicom_port, "--study", JLS_STUDY, "--level", "series", "--view", "classic",
        "--json").stdout)
    uid = series["0020000E"]["Value"][0]
    assert uid != source.SeriesInstanceUID
    server.command("get", "127.0.0.1", server.dicom_port, "--study", JLS_STUDY, "--view", "classic", "--output",
                   tmp_path / "got")
    files = sorted((tmp_path / "got").glob("*.dcm"))
    assert len(files) == int(source.NumberOfFrames)
    images = sorted((pydicom.dcmread(path) for path in files), key=lambda each: each.InstanceNumber)
    for frame, image in enumerate(images):
        assert image.SeriesInstanceUID == uid
        check_frame(image, source, frame, source.pixel_array[frame])
    study = of_volume(classic, "ct")[0].StudyInstanceUID
    server.command("get", "127.0.0.1", server.dicom_port, "--study", study, "--view", "enhanced", "--output",
                   tmp_path / "joined")
    classes = {pydicom.dcmread(path, stop_before_pixels=True).SOPClassUID for path in (tmp_path / "joined").iterdir()}
    assert {each[1] for each in VOLUME.values()} <= classes and not classes & set(PIXELS)


def test_images_that_are_compressed_at_rest_convert_alike(tmp_path, ct_files):
    """A view shows the same objects before and after a study is gathered and compressed."""
    environment = {
        "MARTLET_SETTLE_MINUTES": "0", "MARTLET_RELEASE_MINUTES": "0", "MARTLET_COMPRESSION": "*=jpegls"}
    study = "1.2.826.0.1.3680043.10.993.1"
    source = moved_to(with_groups(known("pydicom-data/emri_small.dcm")), study, "REST")
    slices = [moved_to(pydicom.dcmread(path), study, "REST") for path in ct_files[:3]]
    site = MartletServer(tmp_path / "data", environment=environment)
    site.add_user()
    site.create_token()
    site.start()
    try:
        send(site, [source, *slices])
        wait_settled(site, 1)
        status, plain = get(site, "STUDY", "", StudyInstanceUID=study, syntaxes=[pydicom.uid.JPEGLSLossless])
        assert status.Status == 0 and len(plain) == 4
        status, received = get(site, "STUDY", "CLASSIC", StudyInstanceUID=study)
        frames = [each for each in received if "ConversionSourceAttributesSequence" in each]
        assert status.Status == 0 and len(frames) == int(source.NumberOfFrames) == len(received) - 3
        for frame, image in enumerate(frames):
            check_frame(image, source, frame, source.pixel_array[frame])
        status, received = get(site, "STUDY", "ENHANCED", StudyInstanceUID=study,
                               sop_classes=[LegacyConvertedEnhancedCTImageStorage, EnhancedMRImageStorage])
        assert status.Status == 0 and len(received) == 2
        joined, = (each for each in received if each.SOPClassUID == LegacyConvertedEnhancedCTImageStorage)
        assert sorted(each.tobytes() for each in joined.pixel_array) == sorted(
            each.pixel_array.tobytes() for each in slices)
    finally:
        site.stop()


def test_a_retrieval_of_a_view_is_cancelled(server, classic):
    """Hundreds of frames need not be waited for."""
    study = "1.2.826.0.1.3680043.10.992.1"
    frames = 500
    image = moved_to(with_groups(known("pydicom-data/emri_small.dcm")), study, "LONG")
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = study + ".1"
    image.PixelData = image.PixelData[:image.Rows * image.Columns * 2] * frames
    image.NumberOfFrames = frames
    image.PerFrameFunctionalGroupsSequence = [
        image.PerFrameFunctionalGroupsSequence[number % 10] for number in range(frames)]
    send(server, [image])
    answers = find(server, "IMAGE", "CLASSIC", StudyInstanceUID=study, SeriesInstanceUID="", SOPInstanceUID="")
    assert len({each.SOPInstanceUID for each in answers}) == frames
    received = []

    def store(event):
        received.append(event.request.AffectedSOPInstanceUID)
        if len(received) == 3:
            association.send_c_cancel(77, query_model=GET)
        return 0

    association = associate(server, GET, sop_classes=[MRImageStorage], handlers=[(evt.EVT_C_STORE, store)])
    statuses = [status for status, _ in association.send_c_get(
        identifier("STUDY", "CLASSIC", StudyInstanceUID=study), GET, msg_id=77)]
    association.release()
    assert statuses[-1].Status == 0xFE00
    done = statuses[-1].NumberOfCompletedSuboperations
    assert 3 <= done == len(received) < frames and statuses[-1].NumberOfRemainingSuboperations == frames - done
