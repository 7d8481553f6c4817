// SPDX-License-Identifier: Apache-2.0

/// Why reading stopped.
public struct ReadError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kind of failure; equality of errors that matter to a program is equality of codes.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bytes are no DICOM data set.
    public static let notDICOM = Code(rawValue: "notDICOM")
    /// The file ends behind its preamble or File Meta Information.
    public static let noDataSet = Code(rawValue: "noDataSet")
    /// A limit of `ReadLimits` is exceeded.
    public static let limitExceeded = Code(rawValue: "limitExceeded")
    /// The file or other source cannot be read.
    public static let inputFailed = Code(rawValue: "inputFailed")
    /// A deflated data set cannot be inflated.
    public static let inflateFailed = Code(rawValue: "inflateFailed")
    /// JSON that is malformed, or no DICOM JSON model.
    public static let invalidJSON = Code(rawValue: "invalidJSON")
    /// XML that is malformed, or no Native DICOM Model.
    public static let invalidXML = Code(rawValue: "invalidXML")
    /// A value behind a URI that cannot be had.
    public static let invalidBulkData = Code(rawValue: "invalidBulkData")
  }

  public let code: Code
  /// What is wrong, for people.
  public let reason: String
  /// Byte offset from the start of what was read.
  public let offset: Int
  /// Attribute path, such as `(0040,a730)[2].(0008,0100)`; empty at the root.
  public let path: String

  public init(_ code: Code, _ reason: String, offset: Int = 0, path: String = "") {
    self.code = code
    self.reason = reason
    self.offset = offset
    self.path = path
  }

  public var description: String {
    path.isEmpty ? "\(reason) (byte \(offset))" : "\(reason) (byte \(offset), \(path))"
  }
}
