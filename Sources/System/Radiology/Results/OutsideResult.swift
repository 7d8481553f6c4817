// SPDX-License-Identifier: Apache-2.0

/// A result that came from elsewhere: the laboratory, another hospital.
public struct OutsideResult: Sendable, Hashable, Codable, Identifiable {
  public struct Observation: Sendable, Hashable, Codable {
    public var code: CodedElement?
    public var value: String
    public var unit: String
    /// Reference range.
    public var range: String
    /// Abnormal flags (HL7 table 0078).
    public var flags: String

    public init(code: CodedElement?, value: String, unit: String = "", range: String = "", flags: String = "") {
      self.code = code
      self.value = value
      self.unit = unit
      self.range = range
      self.flags = flags
    }
  }

  /// 0 before it was kept.
  public var id: Int64 = 0
  /// `PatientRecord.id`.
  public var patient: Int64 = 0
  /// Sending application and facility.
  public var sender: String
  /// The sender's number of the result; a later version with the same number takes its place. Empty for none.
  public var number: String
  public var title: String
  /// Result status (HL7 table 0123).
  public var status: String
  /// Date or date and time as HL7 writes them.
  public var observedAt: String
  /// Microseconds since 1970-01-01 UTC.
  public var receivedAt: Int64 = 0
  public var observations: [Observation]

  public init(
    sender: String, number: String, title: String, status: String, observedAt: String, observations: [Observation]
  ) {
    self.sender = sender
    self.number = number
    self.title = title
    self.status = status
    self.observedAt = observedAt
    self.observations = observations
  }

  /// What is not final is for those who write reports.
  public var isFinal: Bool { status == "F" || status == "C" }
}

/// Results from outside.
public protocol OutsideResultTable: AnyObject {
  /// Adds a result, or replaces the one with the number of its sender, or of its id.
  /// - Returns: the id.
  func save(_ result: OutsideResult) throws -> Int64

  func outsideResult(id: Int64) throws -> OutsideResult?

  /// Newest first.
  func outsideResults(ofPatient id: Int64, limit: Int) throws -> [OutsideResult]
}
