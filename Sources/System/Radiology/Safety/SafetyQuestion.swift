// SPDX-License-Identifier: Apache-2.0

/// A question that must be answered before somebody is examined: allergy, pregnancy, implant, renal function, contrast.
public struct SafetyQuestion: Sendable, Hashable, Codable {
  /// What makes an answer a contra-indication.
  public enum Stop: Sendable, Hashable, Codable {
    /// None does; the answer is only kept.
    case never
    /// Yes.
    case yes
    /// A number below this, such as an eGFR.
    case below(Double)
    /// A number above this, such as a weight.
    case above(Double)
  }

  /// Short and unique within a questionnaire.
  public var key: String
  public var text: String
  public var stop: Stop

  public init(_ key: String, _ text: String, stop: Stop = .yes) {
    self.key = key
    self.text = text
    self.stop = stop
  }

  /// Whether this answer stands in the way; nil where it is no answer to this question.
  public func stops(_ answer: SafetyAnswers.Answer) -> Bool? {
    switch (stop, answer) {
    case (.never, _): false
    case (.yes, .yes): true
    case (.yes, .no): false
    case (.below(let limit), .number(let value)): value < limit
    case (.above(let limit), .number(let value)): value > limit
    case (_, .doesNotApply): false
    default: nil
    }
  }

  private enum CodingKeys: String, CodingKey { case key, text, stopsAtYes, stopsBelow, stopsAbove }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    key = try values.decode(String.self, forKey: .key)
    text = try values.decode(String.self, forKey: .text)
    if let limit = try values.decodeIfPresent(Double.self, forKey: .stopsBelow) {
      stop = .below(limit)
    } else if let limit = try values.decodeIfPresent(Double.self, forKey: .stopsAbove) {
      stop = .above(limit)
    } else {
      stop = try values.decodeIfPresent(Bool.self, forKey: .stopsAtYes) ?? true ? .yes : .never
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(key, forKey: .key)
    try values.encode(text, forKey: .text)
    switch stop {
    case .never: try values.encode(false, forKey: .stopsAtYes)
    case .yes: try values.encode(true, forKey: .stopsAtYes)
    case .below(let limit): try values.encode(limit, forKey: .stopsBelow)
    case .above(let limit): try values.encode(limit, forKey: .stopsAbove)
    }
  }

  /// What is asked before magnetic resonance.
  public static let magneticResonance = [
    SafetyQuestion("pacemaker", "Pacemaker, defibrillator or neurostimulator?"),
    SafetyQuestion("cochlearImplant", "Cochlear implant?"),
    SafetyQuestion("metalFragments", "Metal fragments, in the eyes above all?"),
    SafetyQuestion("aneurysmClip", "Aneurysm clip?"),
    SafetyQuestion("otherImplant", "Other implant, stent or prosthesis?"),
    SafetyQuestion("claustrophobia", "Claustrophobia?", stop: .never),
  ]
  /// What is asked before iodinated contrast.
  public static let contrast = [
    SafetyQuestion("contrastAllergy", "Earlier reaction to contrast?"),
    SafetyQuestion("eGFR", "eGFR in ml/min/1.73 m²", stop: .below(30)),
    SafetyQuestion("hyperthyroidism", "Hyperthyroidism?"),
    SafetyQuestion("metformin", "Takes metformin?", stop: .never),
  ]
  /// What is asked before ionising radiation.
  public static let radiation = [SafetyQuestion("pregnancy", "Pregnant, or possibly so?")]
}

/// What was answered for an exam. A later set of answers stands beside the earlier ones and counts.
public struct SafetyAnswers: Sendable, Hashable, Codable {
  public enum Answer: Sendable, Hashable, Codable {
    case yes, no, doesNotApply
    case number(Double)

    public init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Double.self) {
        self = .number(number)
        return
      }
      switch try value.decode(String.self) {
      case "yes": self = .yes
      case "no": self = .no
      case "doesNotApply": self = .doesNotApply
      default:
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "an answer is yes, no, doesNotApply or a number")
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      switch self {
      case .yes: try value.encode("yes")
      case .no: try value.encode("no")
      case .doesNotApply: try value.encode("doesNotApply")
      case .number(let number): try value.encode(number)
      }
    }
  }

  /// By `SafetyQuestion.key`.
  public var answers: [String: Answer]
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  public var by: String
  /// Why a physician goes on in spite of a contra-indication; empty where nobody did.
  public var override: String

  public init(answers: [String: Answer], at: Int64, by: String, override: String = "") {
    self.answers = answers
    self.at = at
    self.by = by
    self.override = override
  }
}

/// What the answers come to.
public enum SafetyState: Sendable, Hashable {
  /// Nothing is to be asked, or all was answered well.
  case clear
  /// Keys of the questions that have no answer.
  case unanswered([String])
  /// Keys of the questions whose answers stand in the way.
  case contraindicated([String])
  /// A physician took it upon themself.
  case overridden(by: String, reason: String)

  public init(_ questions: [SafetyQuestion], _ given: SafetyAnswers?) {
    let results = questions.map { ($0.key, given?.answers[$0.key].flatMap($0.stops)) }
    let missing = results.filter { $0.1 == nil }.map(\.0)
    let stopping = results.filter { $0.1 == true }.map(\.0)
    if !missing.isEmpty {
      self = .unanswered(missing)
    } else if stopping.isEmpty {
      self = .clear
    } else if let given, !given.override.isEmpty {
      self = .overridden(by: given.by, reason: given.override)
    } else {
      self = .contraindicated(stopping)
    }
  }

  public var blocks: Bool {
    switch self {
    case .clear, .overridden: false
    case .unanswered, .contraindicated: true
    }
  }
}
