// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What the DICOM JSON model (PS3.18 Annex F) and the Native DICOM Model (PS3.19 §A.1) of a data set contain.
public struct ModelEncodingOptions: Sendable {
  /// Bytes of a text or of a list of numbers that are held until they are written. The longest texts of real objects,
  /// encapsulated documents apart, have some hundred kilobytes.
  public static let defaultValueLength = 1 << 26

  /// The URI under which the value of an element is found; nil writes it inline (PS3.18 §F.2.6, §F.2.7). Asked for
  /// OB, OD, OF, OL, OV, OW and UN, and for text and numbers longer than `valueLength`. The path names the element:
  /// `7FE00010`, in the second item of a sequence `54000100/2/54001010`. Where tokens are encoded, the value has not
  /// been read yet: then the element is empty, and its `length` says how long the value is.
  public var bulkDataURI: (@Sendable (_ path: String, _ element: DataElement) -> String?)?
  /// Specific Character Set is written as ISO_IR 192, because the text is in UTF-8.
  public var statesUTF8: Bool
  /// Longest text or list of numbers, in bytes, that is encoded of tokens without a URI.
  public var valueLength: Int

  public init(
    statesUTF8: Bool = true, valueLength: Int = defaultValueLength,
    bulkDataURI: (@Sendable (_ path: String, _ element: DataElement) -> String?)? = nil
  ) {
    self.statesUTF8 = statesUTF8
    self.valueLength = valueLength
    self.bulkDataURI = bulkDataURI
  }
}
