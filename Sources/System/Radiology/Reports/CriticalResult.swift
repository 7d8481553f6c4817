// SPDX-License-Identifier: Apache-2.0

/// A finding that somebody must be told of at once.
public struct CriticalResult: Sendable, Hashable, Codable, Identifiable {
  /// How fast: minutes, hours, days.
  public enum Level: String, Sendable, Codable, CaseIterable { case red, orange, yellow }

  /// A call, and what was understood.
  public struct Call: Sendable, Hashable, Codable {
    /// Who was told.
    public var person: String
    /// Telephone, in person, …
    public var means: String
    /// The person said it back.
    public var readBack: Bool
    /// Microseconds since 1970-01-01 UTC.
    public var at: Int64
    public var by: String
  }

  /// Nobody had acknowledged it in time: the next person is to be told.
  public struct Escalation: Sendable, Hashable, Codable {
    /// Microseconds since 1970-01-01 UTC.
    public var at: Int64
    /// Who is to be told now; empty where nobody was named for that.
    public var contact: String
  }

  /// 0 before it was kept.
  public var id: Int64
  /// `RequestedProcedure.id`.
  public var exam: Int64
  public var level: Level
  public var finding: String
  public var at: Int64
  public var by: String
  /// Who is to be told first; empty where the radiologist did not say.
  public var recipient = ""
  public var calls: [Call]
  public var escalations: [Escalation] = []

  public init(exam: Int64, level: Level, finding: String, at: Int64, by: String) {
    id = 0
    self.exam = exam
    self.level = level
    self.finding = finding
    self.at = at
    self.by = by
    calls = []
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      exam: try values.decode(Int64.self, forKey: .exam), level: try values.decode(Level.self, forKey: .level),
      finding: try values.decode(String.self, forKey: .finding), at: try values.decode(Int64.self, forKey: .at),
      by: try values.decode(String.self, forKey: .by))
    try values.read(.id, &id)
    try values.read(.recipient, &recipient)
    try values.read(.calls, &calls)
    try values.read(.escalations, &escalations)
  }

  /// Somebody was told, and said it back.
  public var isAcknowledged: Bool { calls.contains(where: \.readBack) }

  /// Microseconds within which it has to be acknowledged, and again after each escalation.
  public var limit: Int64 {
    switch level {
    case .red: 60 * 60_000_000
    case .orange: 24 * 3_600_000_000
    case .yellow: 7 * 24 * 3_600_000_000
    }
  }

  /// When it is escalated next; nil where somebody has acknowledged it.
  public var dueAt: Int64? { isAcknowledged ? nil : at + limit * Int64(escalations.count + 1) }

  /// Who is to be told now.
  public var contact: String { escalations.last { !$0.contact.isEmpty }?.contact ?? recipient }
}
