// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Checks objects against their information object definition (PS3.3), their values against the data dictionary (PS3.6)
/// and the rules of each VR (PS3.5).
///
/// The tables are static; they are decoded when the first object is checked. Nothing is stored between objects.
public enum Validator {
  /// Checks a data set.
  /// - Parameter sopClass: takes the place of the SOP Class UID (0008,0016) of the data set.
  /// - Returns: what is wrong, in the order of the elements.
  public static func validate(
    _ dataSet: DataSet, sopClass: UID? = nil, options: ValidationOptions = ValidationOptions()
  ) -> [ValidationFinding] {
    var validation = Validation(root: dataSet, sopClass: sopClass ?? dataSet.uid(.sopClassUID), options: options)
    validation.run()
    return validation.findings
  }

  /// Reads a file and checks it: the data set, its File Meta Information, its group lengths and its encoding.
  /// - Throws: `ReadError` where the bytes are no DICOM file.
  public static func validate(
    file bytes: ByteSlice, sopClass: UID? = nil, options: ValidationOptions = ValidationOptions()
  ) throws(ReadError) -> [ValidationFinding] {
    let file = try Part10File.read(bytes)
    var findings = validate(file, sopClass: sopClass, options: options)
    guard file.dataSet.elements.contains(where: \.tag.isGroupLength) else { return findings }
    // Elements stored as UN have longer headers than those of the VR that reading gives them.
    findings.removeAll { $0.kind == .groupLength }
    let stored = try Part10File.read(bytes, options: ReadOptions(interpretsUN: false))
    var validation = Validation(root: stored.dataSet, sopClass: sopClass, options: options)
    validation.checkGroupLengths(stored)
    return findings + validation.findings
  }

  /// Checks a file that was read: the data set, its File Meta Information, its group lengths and its encoding.
  public static func validate(
    _ file: Part10File, sopClass: UID? = nil, options: ValidationOptions = ValidationOptions()
  ) -> [ValidationFinding] {
    let named = file.dataSet.uid(.sopClassUID) ?? file.fileMetaInformation.uid(.mediaStorageSOPClassUID)
    var validation = Validation(root: file.dataSet, sopClass: sopClass ?? named, options: options)
    validation.transferSyntax = file.transferSyntax
    validation.checkEncoding(file)
    validation.checkFileMetaInformation(file)
    validation.checkGroupLengths(file)
    validation.run()
    return validation.findings
  }

  /// Lines of the hand-written rules that cannot be read; none, unless a table is wrong.
  package static var unreadableRules: [String] { AttributeRules.standard.unreadable }
}
