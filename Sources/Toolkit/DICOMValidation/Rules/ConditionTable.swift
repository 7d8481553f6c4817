// SPDX-License-Identifier: Apache-2.0

/// When attributes of type 1C and 2C are required, by hand from PS3.3. A line: module, sequence that holds the attribute
/// (`/` is the root, `*` any place), keyword, condition as `ConditionExpression` reads it, and `else absent` where the
/// attribute shall not be present otherwise.
enum ConditionTable {
  static let all: [StaticString] = [patientAndStudy, image, lookupTables, document]

  /// PS3.3 C.7.1 to C.7.3.
  static let patientAndStudy: StaticString = """
    patient|/|DeidentificationMethod|PatientIdentityRemoved=YES and not present DeidentificationMethodCodeSequence|
    patient|/|DeidentificationMethodCodeSequence|PatientIdentityRemoved=YES and not present DeidentificationMethod|
    clinical-trial-subject|/|ClinicalTrialSubjectID|not present ClinicalTrialSubjectReadingID|
    clinical-trial-subject|/|ClinicalTrialSubjectReadingID|not present ClinicalTrialSubjectID|
    general-series|/|PatientPosition|SOPClassUID=1.2.840.10008.5.1.4.1.1.2/1.2.840.10008.5.1.4.1.1.4/1.2.840.10008.5.1.4.1.1.2.1/1.2.840.10008.5.1.4.1.1.4.1 and not present PatientOrientationCodeSequence|
    """

  /// PS3.3 C.7.6.
  static let image: StaticString = """
    general-image|/|PatientOrientation|not present ImageOrientationPatient and not present ImagePositionPatient|
    general-image|/|ContentDate|present TemporalPositionIndex|
    image-pixel|/|PlanarConfiguration|SamplesPerPixel>1|else absent
    image-pixel|/|PixelData|not present PixelDataProviderURL|
    image-pixel|/|RedPaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|GreenPaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|BluePaletteColorLookupTableDescriptor|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|RedPaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|GreenPaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|BluePaletteColorLookupTableData|PhotometricInterpretation=PALETTE COLOR|
    image-pixel|/|PixelPaddingRangeLimit|present PixelPaddingRangeLimit and present PixelPaddingValue|else absent
    image-pixel|/|ExtendedOffsetTableLengths|present ExtendedOffsetTable|else absent
    """

  /// PS3.3 C.11.
  static let lookupTables: StaticString = """
    modality-lut|/|ModalityLUTSequence|not present RescaleIntercept|else absent
    modality-lut|/|RescaleIntercept|not present ModalityLUTSequence|else absent
    modality-lut|/|RescaleSlope|present RescaleIntercept|else absent
    modality-lut|/|RescaleType|present RescaleIntercept|else absent
    voi-lut|/|WindowCenter|not present VOILUTSequence|
    voi-lut|/|WindowWidth|present WindowCenter|
    voi-lut|/|VOILUTSequence|not present WindowCenter|
    """

  /// PS3.3 C.17.
  static let document: StaticString = """
    sr-document-general|/|VerifyingObserverSequence|VerificationFlag=VERIFIED|
    sr-document-content|*|ConceptNameCodeSequence|.ValueType=TEXT/NUM/CODE/DATETIME/DATE/TIME/UIDREF/PNAME|
    sr-document-content|*|TextValue|.ValueType=TEXT|else absent
    sr-document-content|*|DateTime|.ValueType=DATETIME|else absent
    sr-document-content|*|Date|.ValueType=DATE|else absent
    sr-document-content|*|Time|.ValueType=TIME|else absent
    sr-document-content|*|PersonName|.ValueType=PNAME|else absent
    sr-document-content|*|UID|.ValueType=UIDREF|else absent
    """
}
