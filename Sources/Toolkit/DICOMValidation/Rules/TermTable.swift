// SPDX-License-Identifier: Apache-2.0

/// Enumerated values and defined terms, by hand from PS3.3. A line: module, sequence that holds the attribute (`/` is the
/// root, `*` any place), keyword, position of the value or `*`, `E` (enumerated) or `D` (defined), the terms, and the
/// condition under which the line applies.
enum TermTable {
  static let all: [StaticString] = [
    patientAndStudy, image, computedAndMagnetic, nuclear, enhanced, lookupTables, document, others,
  ]

  /// PS3.3 C.7.1 to C.7.3.
  static let patientAndStudy: StaticString = """
    patient|/|PatientSex|*|E|M,F,O|
    patient|/|PatientIdentityRemoved|*|E|YES,NO|
    patient|/|QualityControlSubject|*|E|YES,NO|
    patient|/|TypeOfPatientID|*|D|TEXT,RFID,BARCODE|
    patient|/|ResponsiblePersonRole|*|D|OWNER,PARENT,CHILD,SPOUSE,SIBLING,RELATIVE,GUARDIAN,CUSTODIAN,AGENT,INVESTIGATOR,VETERINARIAN|
    patient-study|/|SmokingStatus|*|E|YES,NO,UNKNOWN|
    patient-study|/|PregnancyStatus|*|E|1,2,3,4|
    patient-study|/|PatientSexNeutered|*|E|ALTERED,UNALTERED|
    general-series|/|Laterality|*|E|R,L|
    general-series|/|PatientPosition|*|D|HFP,HFS,HFDR,HFDL,FFDR,FFDL,FFP,FFS,LFP,LFS,RFP,RFS,AFDR,AFDL,PFDR,PFDL,SITTING|
    general-series|/|AnatomicalOrientationType|*|E|BIPED,QUADRUPED|
    """

  /// PS3.3 C.7.6 and C.9.
  static let image: StaticString = """
    general-image|/|ImageType|1|E|ORIGINAL,DERIVED|not present SharedFunctionalGroupsSequence
    general-image|/|ImageType|2|E|PRIMARY,SECONDARY|
    general-image|/|BurnedInAnnotation|*|E|YES,NO|
    general-image|/|RecognizableVisualFeatures|*|E|YES,NO|
    general-image|/|LossyImageCompression|*|E|00,01|
    general-image|/|LossyImageCompressionMethod|*|D|ISO_10918_1,ISO_14495_1,ISO_15444_1,ISO_15444_15,ISO_13818_2,ISO_14496_10,ISO_23008_2,ISO_18181_1|
    general-image|/|QualityControlImage|*|E|YES,NO,BOTH|
    general-image|/|PresentationLUTShape|*|E|IDENTITY,INVERSE|
    general-image|/|ImageLaterality|*|E|R,L,U,B|
    image-pixel|/|PhotometricInterpretation|*|D|MONOCHROME1,MONOCHROME2,PALETTE COLOR,RGB,YBR_FULL,YBR_FULL_422,YBR_PARTIAL_420,YBR_ICT,YBR_RCT,XYB|
    image-pixel|/|PixelRepresentation|*|E|0,1|
    image-pixel|/|PlanarConfiguration|*|E|0,1|
    multi-frame|/|StereoPairsPresent|*|E|YES,NO|
    cine|/|PreferredPlaybackSequencing|*|E|0,1|
    overlay-plane|/|OverlayType|*|E|G,R|
    overlay-plane|/|OverlayBitsAllocated|*|E|1|
    overlay-plane|/|OverlayBitPosition|*|E|0|
    display-shutter|/|ShutterShape|*|E|RECTANGULAR,CIRCULAR,POLYGONAL|
    """

  /// PS3.3 C.8.2, C.8.3 and C.8.5.
  static let computedAndMagnetic: StaticString = """
    ct-image|/|ImageType|3|D|AXIAL,LOCALIZER|
    ct-image|/|ImageType|4|D|VMI,MAT_SPECIFIC,MAT_REMOVED,MAT_FRACTIONAL,EFF_ATOMIC_NUM,ELECTRON_DENSITY,MAT_MODIFIED,MAT_VALUE_BASED|
    ct-image|/|SamplesPerPixel|*|E|1|
    ct-image|/|PhotometricInterpretation|*|E|MONOCHROME1,MONOCHROME2|
    ct-image|/|BitsAllocated|*|E|16|
    ct-image|/|BitsStored|*|E|12,13,14,15,16|
    ct-image|/|HighBit|*|E|11,12,13,14,15|
    ct-image|/|RotationDirection|*|E|CW,CC|
    us-image|/|ImageType|3|D|ABDOMINAL,BREAST,CHEST,ENDOCAVITARY,ENDORECTAL,ENDOVAGINAL,EPICARDIAL,FETAL HEART,GYNECOLOGY,INTRACARDIAC,INTRAOPERATIVE,INTRAVASCULAR,MUSCULOSKELETAL,NEONATAL HEAD,OBSTETRICAL,OPHTHALMIC,PEDIATRIC,PELVIC,RETROPERITONEAL,SCROTAL,SMALL PARTS,TEE,THYROID,TRANSCRANIAL,TTE|
    mr-image|/|ImageType|3|D|DENSITY MAP,DIFFUSION MAP,IMAGINARY,LOCALIZER,MAGNITUDE,MODULUS,MPR,OTHER,PHASE MAP,PROJECTION IMAGE,PROPAGATION MAP,REAL,T1 MAP,T2 MAP,VELOCITY MAP|
    mr-image|/|ScanningSequence|*|E|SE,IR,GR,EP,RM|
    mr-image|/|SequenceVariant|*|D|SK,MTC,SS,TRSS,SP,MP,OSP,NONE|
    mr-image|/|ScanOptions|*|D|PER,RG,CG,PPG,FC,PFF,PFP,SP,FS|
    mr-image|/|MRAcquisitionType|*|E|2D,3D|
    mr-image|/|AngioFlag|*|E|Y,N|
    mr-image|/|InPlanePhaseEncodingDirection|*|E|ROW,COL|
    mr-image|/|SamplesPerPixel|*|E|1|
    mr-image|/|PhotometricInterpretation|*|E|MONOCHROME1,MONOCHROME2|
    mr-image|/|BitsAllocated|*|E|16|
    """

  /// PS3.3 C.8.4 and C.8.9.
  static let nuclear: StaticString = """
    pet-series|/|SeriesType|1|E|STATIC,DYNAMIC,GATED,WHOLE BODY|
    pet-series|/|SeriesType|2|E|IMAGE,REPROJECTION|
    pet-series|/|Units|*|D|CNTS,NONE,CM2,PCNT,CPS,BQML,MGMINML,UMOLMINML,MLMING,MLG,1CM,UMOLML,PROPCNTS,PROPCPS,MLMINML,MLML,GML,STDDEV,CM2ML|
    pet-series|/|CountsSource|*|E|EMISSION,TRANSMISSION|
    pet-series|/|RandomsCorrectionMethod|*|D|NONE,DLYD,SING|
    pet-series|/|DecayCorrection|*|D|NONE,START,ADMIN|
    pet-series|/|CorrectedImage|*|D|DECY,ATTN,SCAT,DTIM,MOTN,PMOT,CLN,RAN,RADL,DCAL,NORM|
    nm-image|/|WholeBodyTechnique|*|E|1PS,2PS,PCN,MSP|
    """

  /// PS3.3 C.7.6.16, C.8.13 to C.8.15, C.8.20.
  static let enhanced: StaticString = """
    *|*|FrameLaterality|*|E|R,L,U,B|
    *|/|DimensionOrganizationType|*|D|3D,3D_TEMPORAL,TILED_FULL,TILED_SPARSE|
    enhanced-mr-image|/|ImageType|1|E|ORIGINAL,DERIVED,MIXED|
    enhanced-ct-image|/|ImageType|1|E|ORIGINAL,DERIVED,MIXED|
    enhanced-mr-image|/|PixelPresentation|*|E|COLOR,MONOCHROME,MIXED,TRUE_COLOR|
    enhanced-ct-image|/|PixelPresentation|*|E|COLOR,MONOCHROME,MIXED,TRUE_COLOR|
    enhanced-mr-image|/|VolumetricProperties|*|E|VOLUME,SAMPLED,DISTORTED,MIXED|
    enhanced-ct-image|/|VolumetricProperties|*|E|VOLUME,SAMPLED,DISTORTED,MIXED|
    enhanced-ct-image-multi-frame-functional-groups|PixelValueTransformationSequence|RescaleType|*|E|HU|not MultienergyCTAcquisition=YES
    segmentation-image|/|SegmentationType|*|E|BINARY,FRACTIONAL,LABELMAP|
    segmentation-image|/|SegmentationFractionalType|*|E|PROBABILITY,OCCUPANCY|
    segmentation-image|/|SegmentsOverlap|*|E|YES,UNDEFINED,NO|
    segmentation-image|SegmentSequence|SegmentAlgorithmType|*|E|AUTOMATIC,SEMIAUTOMATIC,MANUAL|
    """

  /// PS3.3 C.11.
  static let lookupTables: StaticString = """
    modality-lut|/|RescaleType|*|D|OD,HU,US,MGML,Z_EFF,ED,EDW,HU_MOD,PCT|
    modality-lut|ModalityLUTSequence|ModalityLUTType|*|D|OD,HU,US,MGML,Z_EFF,ED,EDW,HU_MOD,PCT|
    voi-lut|/|VOILUTFunction|*|D|LINEAR,LINEAR_EXACT,SIGMOID|
    *|FrameVOILUTSequence|VOILUTFunction|*|D|LINEAR,LINEAR_EXACT,SIGMOID|
    softcopy-presentation-lut|/|PresentationLUTShape|*|E|IDENTITY,INVERSE|
    """

  /// PS3.3 C.17.
  static let document: StaticString = """
    sr-document-series|/|Modality|*|E|SR|
    key-object-document-series|/|Modality|*|E|KO|
    sr-document-general|/|CompletionFlag|*|E|PARTIAL,COMPLETE|
    sr-document-general|/|VerificationFlag|*|E|UNVERIFIED,VERIFIED|
    sr-document-general|/|PreliminaryFlag|*|E|PRELIMINARY,FINAL|
    sr-document-general|AuthorObserverSequence|ObserverType|*|E|PSN,DEV|
    sr-document-content|*|ValueType|*|E|TEXT,NUM,CODE,DATETIME,DATE,TIME,UIDREF,PNAME,COMPOSITE,IMAGE,WAVEFORM,SCOORD,SCOORD3D,TCOORD,CONTAINER,TABLE|
    sr-document-content|*|RelationshipType|*|E|CONTAINS,HAS PROPERTIES,HAS OBS CONTEXT,HAS ACQ CONTEXT,INFERRED FROM,SELECTED FROM,HAS CONCEPT MOD|
    sr-document-content|*|ContinuityOfContent|*|E|SEPARATE,CONTINUOUS|
    sr-document-content|*|GraphicType|*|E|POINT,MULTIPOINT,POLYLINE,CIRCLE,ELLIPSE,POLYGON,ELLIPSOID|
    sr-document-content|*|TemporalRangeType|*|E|POINT,MULTIPOINT,SEGMENT,MULTISEGMENT,BEGIN,END|
    """

  /// PS3.3 C.8.8 and F.3.2.2.
  static let others: StaticString = """
    rt-dose|/|DoseUnits|*|E|GY,RELATIVE|
    rt-dose|/|DoseType|*|D|PHYSICAL,EFFECTIVE,ERROR|
    rt-dose|/|DoseSummationType|*|D|PLAN,MULTI_PLAN,PLAN_OVERVIEW,FRACTION,BEAM,BRACHY,FRACTION_SESSION,BEAM_SESSION,BRACHY_SESSION,CONTROL_POINT,RECORD|
    roi-contour|ContourSequence|ContourGeometricType|*|D|POINT,OPEN_PLANAR,OPEN_NONPLANAR,CLOSED_PLANAR,CLOSEDPLANAR_XOR|
    rt-general-plan|/|RTPlanGeometry|*|D|PATIENT,TREATMENT_DEVICE|
    directory-information|/|FileSetConsistencyFlag|*|E|0,65535|
    directory-information|DirectoryRecordSequence|RecordInUseFlag|*|E|0,65535|
    directory-information|DirectoryRecordSequence|DirectoryRecordType|*|E|PATIENT,STUDY,SERIES,IMAGE,RT DOSE,RT STRUCTURE SET,RT PLAN,RT TREAT RECORD,PRESENTATION,WAVEFORM,SR DOCUMENT,KEY OBJECT DOC,SPECTROSCOPY,RAW DATA,REGISTRATION,FIDUCIAL,HANGING PROTOCOL,ENCAP DOC,VALUE MAP,STEREOMETRIC,PALETTE,IMPLANT,IMPLANT ASSY,IMPLANT GROUP,PLAN,MEASUREMENT,SURFACE,SURFACE SCAN,TRACT,ASSESSMENT,RADIOTHERAPY,ANNOTATION,INVENTORY,PRIVATE,HL7 STRUC DOC,OVERLAY,CURVE,MODALITY LUT,VOI LUT,TOPIC,VISIT,RESULTS,INTERPRETATION,STUDY COMPONENT,STORED PRINT,MRDR,PRINT QUEUE,FILM SESSION,FILM BOX,IMAGE BOX|
    """
}
