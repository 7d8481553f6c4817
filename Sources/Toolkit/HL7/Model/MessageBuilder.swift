// SPDX-License-Identifier: Apache-2.0

/// Writes messages: the header from an envelope, then segments whose fields are set by number.
public struct MessageBuilder: Sendable {
  /// Who sends to whom, and how.
  public struct Envelope: Sendable, Hashable {
    public var sendingApplication = ""
    public var sendingFacility = ""
    public var receivingApplication = ""
    public var receivingFacility = ""
    /// MSH-12: `2.3.1`, `2.4`, `2.5.1`.
    public var version = "2.5.1"
    /// MSH-11.
    public var processingID = "P"
    public var characterSet = CharacterSet.utf8
    public var delimiters = Delimiters.standard

    public init() {}
  }

  public private(set) var segments: [Segment]
  public let coding: Coding

  /// - Parameters:
  ///   - type: MSH-9, such as `["ORU", "R01", "ORU_R01"]`.
  ///   - timestamp: MSH-7.
  public init(_ type: [String], controlID: String, timestamp: String, envelope: Envelope) {
    coding = Coding(delimiters: envelope.delimiters, characterSets: CharacterSets([envelope.characterSet]))
    var header = Segment("MSH", coding: coding)
    header.set(3, FieldContent(envelope.sendingApplication))
    header.set(4, FieldContent(envelope.sendingFacility))
    header.set(5, FieldContent(envelope.receivingApplication))
    header.set(6, FieldContent(envelope.receivingFacility))
    header.set(7, FieldContent(timestamp))
    header.set(9, FieldContent(components: type))
    header.set(10, FieldContent(controlID))
    header.set(11, FieldContent(envelope.processingID))
    header.set(12, FieldContent(envelope.version))
    header.set(18, FieldContent(envelope.characterSet.name))
    segments = [header]
  }

  /// Adds a segment; contents that are empty are left out.
  public mutating func add(_ name: String, _ fields: [Int: FieldContent]) {
    var segment = Segment(name, coding: coding)
    for (number, content) in fields.sorted(by: { $0.key < $1.key })
    where content.repetitions.contains(where: { $0.contains { $0.contains { !$0.isEmpty } } }) {
      segment.set(number, content)
    }
    segments.append(segment)
  }

  public var message: Message { Message(segments: segments, coding: coding) }
}
