// SPDX-License-Identifier: Apache-2.0

/// When attributes of type 1C and 2C are required, by hand from PS3.3. A line: module, sequence that holds the attribute
/// (`/` is the root, `*` any place), keyword, condition as `ConditionExpression` reads it, effect, and the condition in
/// words. Effects: none, the attribute is required where the condition is met; `else absent`, and forbidden elsewhere;
/// `only then`, forbidden elsewhere; `note`, required as far as the object tells.
enum ConditionTable {
  static let all: [StaticString] = [patientAndStudy, image, multiFrame, modalities, enhancedMR, lookupTables, document]

  /// PS3.3 C.7.1 to C.7.3, and the code sequence macro (PS3.3 8.8).
  static let patientAndStudy: StaticString = """
    patient|/|DeidentificationMethod|PatientIdentityRemoved=YES and not present DeidentificationMethodCodeSequence|
    patient|/|DeidentificationMethodCodeSequence|PatientIdentityRemoved=YES and not present DeidentificationMethod|
    patient|/|ResponsiblePersonRole|valued ResponsiblePerson|
    clinical-trial-subject|/|ClinicalTrialSubjectID|not present ClinicalTrialSubjectReadingID|
    clinical-trial-subject|/|ClinicalTrialSubjectReadingID|not present ClinicalTrialSubjectID|
    general-series|/|PatientPosition|SOPClassUID=1.2.840.10008.5.1.4.1.1.2/1.2.840.10008.5.1.4.1.1.4/1.2.840.10008.5.1.4.1.1.2.1/1.2.840.10008.5.1.4.1.1.4.1/1.2.840.10008.5.1.4.1.1.4.2/1.2.840.10008.5.1.4.1.1.4.3 and not present PatientOrientationCodeSequence||the SOP class is one of CT and MR and Patient Orientation Code Sequence is absent
    general-series|/|PatientPosition|not present PatientOrientationCodeSequence|only then|Patient Orientation Code Sequence is absent
    general-series|/|Laterality|BodyPartExamined=@pairedBodyParts and not present ImageLaterality and not group FrameAnatomySequence||the body part is one of a pair and Image Laterality is absent
    general-series|/|Laterality|module general-image and not module whole-slide-microscopy-image and not module segmentation-image and not module rt-series and not BodyPartExamined=@pairedBodyParts and not BodyPartExamined=@unpairedBodyParts and not present ImageLaterality and not group FrameAnatomySequence|note|the body part is one of a pair, and nothing says that it is not
    general-series|/|Laterality|not BodyPartExamined=@unpairedBodyParts and not present ImageLaterality|only then|the body part is one of a pair and Image Laterality is absent
    *|*|CodeValue|not present .LongCodeValue and not present .URNCodeValue||neither Long Code Value nor URN Code Value is there
    *|*|CodingSchemeDesignator|present .CodeValue or present .LongCodeValue||Code Value or Long Code Value is there
    """

  /// PS3.3 C.7.6.1 to C.7.6.3.
  static let image: StaticString = """
    general-image|/|PatientOrientation|not module image-plane and not module nm-image and not module enhanced-mr-image and not module enhanced-ct-image and not module whole-slide-microscopy-image and not group PlaneOrientationSequence and not present ImageOrientationPatient||the image has no Image Orientation (Patient)
    image-pixel|/|PlanarConfiguration|SamplesPerPixel>1|else absent|Samples per Pixel is above 1
    image-pixel|/|PixelData|not present PixelDataProviderURL||Pixel Data Provider URL is absent
    image-pixel|/|RedPaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR||the photometric interpretation is PALETTE COLOR
    image-pixel|/|GreenPaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR||the photometric interpretation is PALETTE COLOR
    image-pixel|/|BluePaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR||the photometric interpretation is PALETTE COLOR
    image-pixel|/|RedPaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR and not present SegmentedRedPaletteColorLookupTableData||the photometric interpretation is PALETTE COLOR
    image-pixel|/|GreenPaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR and not present SegmentedGreenPaletteColorLookupTableData||the photometric interpretation is PALETTE COLOR
    image-pixel|/|BluePaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR and not present SegmentedBluePaletteColorLookupTableData||the photometric interpretation is PALETTE COLOR
    image-pixel|/|PixelPaddingRangeLimit|present PixelPaddingValue|only then|Pixel Padding Value is there
    image-pixel|/|ExtendedOffsetTableLengths|present ExtendedOffsetTable|else absent|Extended Offset Table is there
    *|/|LossyImageCompressionRatio|LossyImageCompression=01|else absent|Lossy Image Compression is 01
    *|/|LossyImageCompressionMethod|LossyImageCompression=01|else absent|Lossy Image Compression is 01
    """

  /// PS3.3 C.7.6.5, C.7.6.16 and C.7.6.17, C.8.6.3.
  static let multiFrame: StaticString = """
    cine|/|FrameTime|FrameIncrementPointer[*]=00181063||Frame Increment Pointer points to it
    cine|/|FrameTimeVector|FrameIncrementPointer[*]=00181065||Frame Increment Pointer points to it
    *|/|SOPInstanceUIDOfConcatenationSource|present ConcatenationUID||Concatenation UID is there
    *|/|InConcatenationNumber|present ConcatenationUID||Concatenation UID is there
    *|/|ConcatenationFrameOffsetNumber|present ConcatenationUID||Concatenation UID is there
    *|FrameContentSequence|FrameReferenceDateTime|ImageType[1]=ORIGINAL and SOPClassUID!=1.2.840.10008.5.1.4.1.1.2.2/1.2.840.10008.5.1.4.1.1.4.4/1.2.840.10008.5.1.4.1.1.128.1||the image is ORIGINAL and not converted
    *|FrameContentSequence|FrameAcquisitionDateTime|ImageType[1]=ORIGINAL and SOPClassUID!=1.2.840.10008.5.1.4.1.1.2.2/1.2.840.10008.5.1.4.1.1.4.4/1.2.840.10008.5.1.4.1.1.128.1||the image is ORIGINAL and not converted
    *|FrameContentSequence|FrameAcquisitionDuration|ImageType[1]=ORIGINAL and SOPClassUID!=1.2.840.10008.5.1.4.1.1.2.2/1.2.840.10008.5.1.4.1.1.4.4/1.2.840.10008.5.1.4.1.1.128.1||the image is ORIGINAL and not converted
    *|FrameContentSequence|DimensionIndexValues|valued DimensionIndexSequence||Dimension Index Sequence has items
    *|FrameContentSequence|InStackPositionNumber|present .StackID||Stack ID is there
    *|/|PerFrameFunctionalGroupsSequence|not DimensionOrganizationType=TILED_FULL||the organization is not TILED_FULL
    multi-frame-dimension|/|DimensionIndexSequence|not DimensionOrganizationType=TILED_FULL||the organization is not TILED_FULL
    sc-multi-frame-image|/|FrameIncrementPointer|NumberOfFrames>1||Number of Frames is above 1
    sc-multi-frame-image|/|RescaleIntercept|PhotometricInterpretation=MONOCHROME2 and BitsStored>1||the image is MONOCHROME2 of more than 1 bit
    sc-multi-frame-image|/|RescaleSlope|PhotometricInterpretation=MONOCHROME2 and BitsStored>1||the image is MONOCHROME2 of more than 1 bit
    sc-multi-frame-image|/|RescaleType|PhotometricInterpretation=MONOCHROME2 and BitsStored>1||the image is MONOCHROME2 of more than 1 bit
    sc-multi-frame-image|/|PresentationLUTShape|PhotometricInterpretation=MONOCHROME2||the image is MONOCHROME2
    """

  /// PS3.3 C.8 and C.10.
  static let modalities: StaticString = """
    mr-image|/|RepetitionTime|not ScanningSequence[*]=EP or SequenceVariant[*]=SK||the scanning sequence is not EP, or the sequence variant SK
    mr-image|/|InversionTime|ScanningSequence[*]=IR|else absent|the scanning sequence has IR
    mr-image|/|TriggerTime|ScanOptions[*]=CG/PPG/CT/RG|else absent|the scan options have a gating
    pet-image|/|DecayFactor|DecayCorrection!=NONE||Decay Correction is other than NONE
    pet-image|/|TriggerTime|SeriesType[1]=GATED||the series is GATED
    pet-image|/|DeadTimeFactor|CorrectedImage[*]=DTIM||the image is corrected for dead time
    pet-series|/|ReprojectionMethod|SeriesType[2]=REPROJECTION||the series is a REPROJECTION
    us-image|/|FrameIncrementPointer|NumberOfFrames>1||Number of Frames is above 1
    rt-general-plan|/|ReferencedStructureSetSequence|RTPlanGeometry=PATIENT||the plan geometry is PATIENT
    waveform|WaveformSequence|MultiplexGroupTimeOffset|AcquisitionTimeSynchronized=Y|else absent|the acquisition time is synchronized
    whole-slide-microscopy-image|/|PresentationLUTShape|PhotometricInterpretation=MONOCHROME2||the image is MONOCHROME2
    whole-slide-microscopy-image|/|RescaleIntercept|PhotometricInterpretation=MONOCHROME2||the image is MONOCHROME2
    whole-slide-microscopy-image|/|RescaleSlope|PhotometricInterpretation=MONOCHROME2||the image is MONOCHROME2
    ophthalmic-photography-image|/|AcquisitionDateTime|ImageType[1]=ORIGINAL||the image is ORIGINAL
    segmentation-image|/|SegmentationFractionalType|SegmentationType=FRACTIONAL|else absent|the segmentation is FRACTIONAL
    segmentation-image|/|MaximumFractionalValue|SegmentationType=FRACTIONAL|else absent|the segmentation is FRACTIONAL
    segmentation-image|SegmentSequence|SegmentAlgorithmName|.SegmentAlgorithmType=AUTOMATIC/SEMIAUTOMATIC||the algorithm is not MANUAL
    microscopy-bulk-simple-annotations|AnnotationGroupSequence|CommonZCoordinateValue|AnnotationCoordinateType=3D|only then|the coordinates are 3D
    microscopy-bulk-simple-annotations|AnnotationGroupSequence|AnnotationAppliesToAllZPlanes|AnnotationCoordinateType=2D|else absent|the coordinates are 2D
    """

  /// PS3.3 C.8.12.1, C.8.13 and C.8.15: what original enhanced images say.
  static let enhancedMR: StaticString = """
    enhanced-mr-image|/|AcquisitionDateTime|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|AcquisitionDuration|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|ResonantNucleus|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|KSpaceFiltering|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|MagneticFieldStrength|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|ApplicableSafetyStandardAgency|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|ContentQualification|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|BurnedInAnnotation|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|ComplexImageComponent|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-mr-image|/|AcquisitionContrast|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    enhanced-ct-image|/|AcquisitionDateTime|ImageType[1]=ORIGINAL/MIXED and SOPClassUID!=1.2.840.10008.5.1.4.1.1.2.2/1.2.840.10008.5.1.4.1.1.4.4/1.2.840.10008.5.1.4.1.1.128.1||the image is ORIGINAL or MIXED
    enhanced-ct-image|/|ContentQualification|ImageType[1]=ORIGINAL/MIXED and SOPClassUID!=1.2.840.10008.5.1.4.1.1.2.2/1.2.840.10008.5.1.4.1.1.4.4/1.2.840.10008.5.1.4.1.1.128.1||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|PulseSequenceName|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|MRAcquisitionType|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|EchoPulseSequence|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|MultipleSpinEcho|ImageType[1]=ORIGINAL/MIXED and EchoPulseSequence=SPIN/BOTH||the image is ORIGINAL or MIXED and the echo pulse SPIN
    mr-pulse-sequence|/|MultiPlanarExcitation|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|PhaseContrast|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|TimeOfFlightContrast|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|SteadyStatePulseSequence|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|EchoPlanarPulseSequence|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|SaturationRecovery|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|SpectrallySelectedSuppression|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|OversamplingPhase|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|GeometryOfKSpaceTraversal|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|SegmentedKSpaceTraversal|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|NumberOfKSpaceTrajectories|ImageType[1]=ORIGINAL/MIXED||the image is ORIGINAL or MIXED
    mr-pulse-sequence|/|CoverageOfKSpace|ImageType[1]=ORIGINAL/MIXED and MRAcquisitionType=3D||a 3D acquisition is ORIGINAL or MIXED
    mr-pulse-sequence|/|RectilinearPhaseEncodeReordering|ImageType[1]=ORIGINAL/MIXED and GeometryOfKSpaceTraversal=RECTILINEAR||the traversal is RECTILINEAR
    """

  /// PS3.3 C.11.
  static let lookupTables: StaticString = """
    modality-lut|/|ModalityLUTSequence|not present RescaleIntercept|else absent|Rescale Intercept is absent
    modality-lut|/|RescaleIntercept|not present ModalityLUTSequence|else absent|Modality LUT Sequence is absent
    modality-lut|/|RescaleSlope|present RescaleIntercept|else absent|Rescale Intercept is there
    modality-lut|/|RescaleType|present RescaleIntercept|else absent|Rescale Intercept is there
    voi-lut|/|WindowCenter|not present VOILUTSequence||VOI LUT Sequence is absent
    voi-lut|/|WindowWidth|present WindowCenter||Window Center is there
    voi-lut|/|VOILUTSequence|not present WindowCenter||Window Center is absent
    softcopy-presentation-lut|/|PresentationLUTShape|not present PresentationLUTSequence||Presentation LUT Sequence is absent
    softcopy-presentation-lut|/|PresentationLUTSequence|not present PresentationLUTShape||Presentation LUT Shape is absent
    """

  /// PS3.3 C.17.
  static let document: StaticString = """
    sr-document-general|/|VerifyingObserverSequence|VerificationFlag=VERIFIED|else absent|the document is VERIFIED
    sr-document-content|*|ValueType|not present .ReferencedContentItemIdentifier||the content item is here and not referred to
    sr-document-content|*|ConceptNameCodeSequence|.ValueType=TEXT/NUM/CODE/DATETIME/DATE/TIME/UIDREF/PNAME||the value type names a concept
    sr-document-content|*|TextValue|.ValueType=TEXT|else absent|the value type is TEXT
    sr-document-content|*|DateTime|.ValueType=DATETIME|else absent|the value type is DATETIME
    sr-document-content|*|Date|.ValueType=DATE|else absent|the value type is DATE
    sr-document-content|*|Time|.ValueType=TIME|else absent|the value type is TIME
    sr-document-content|*|PersonName|.ValueType=PNAME|else absent|the value type is PNAME
    sr-document-content|*|UID|.ValueType=UIDREF|else absent|the value type is UIDREF
    sr-document-content|*|ConceptCodeSequence|.ValueType=CODE|else absent|the value type is CODE
    sr-document-content|*|MeasuredValueSequence|.ValueType=NUM|else absent|the value type is NUM
    sr-document-content|*|ReferencedSOPSequence|.ValueType=COMPOSITE/IMAGE/WAVEFORM|else absent|the value type refers to an instance
    sr-document-content|*|ContinuityOfContent|.ValueType=CONTAINER|else absent|the value type is CONTAINER
    sr-document-content|*|GraphicData|.ValueType=SCOORD/SCOORD3D|else absent|the value type is SCOORD or SCOORD3D
    sr-document-content|*|GraphicType|.ValueType=SCOORD/SCOORD3D|else absent|the value type is SCOORD or SCOORD3D
    sr-document-content|*|ReferencedFrameOfReferenceUID|.ValueType=SCOORD3D|else absent|the value type is SCOORD3D
    sr-document-content|*|TemporalRangeType|.ValueType=TCOORD|else absent|the value type is TCOORD
    """
}
