// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// Joins the presentation data values of one direction of an association into messages (PS3.8 Annex E).
///
/// One message after the other: all fragments of the command, then, when the command announces one, all fragments of
/// the data set, on one presentation context. Only the command is collected here. Two ways in:
/// - `receive(_:)` with whole values;
/// - `begin(_:)` with the header alone, for readers that take the bytes of a data set straight to their place. Command
///   fragments then go to `appendCommand(_:)`.
public struct MessageAssembler: Sendable {
  /// What a header announces.
  public enum Fragment: Sendable, Hashable {
    case command
    case dataSet
  }

  /// What a whole value brings.
  public enum Event: Sendable, Hashable {
    /// A part of a command; more is to come.
    case incomplete
    case command(DIMSEMessage)
    /// A part of the data set of the last command.
    case dataSet(ByteSlice, isLast: Bool)
  }

  private enum State: Sendable {
    case idle
    case command(contextID: UInt8, bytes: [UInt8])
    case dataSet(contextID: UInt8, received: Int64)
  }

  private let contexts: Set<UInt8>
  private let dataSetLimits: [UInt8: Int64]
  private var state = State.idle
  private var current: PresentationDataValueHeader?

  /// - Parameters:
  ///   - contexts: IDs of the accepted presentation contexts.
  ///   - dataSetLimits: longest data set by context; a context without one has no limit.
  public init(contexts: Set<UInt8>, dataSetLimits: [UInt8: Int64] = [:]) {
    self.contexts = contexts
    self.dataSetLimits = dataSetLimits
  }

  /// Between two messages.
  public var isIdle: Bool { if case .idle = state { true } else { false } }

  /// Judges the header of the next value.
  public mutating func begin(_ header: PresentationDataValueHeader) throws(MessageError) -> Fragment {
    let id = header.contextID
    guard contexts.contains(id) else {
      throw MessageError(.unknownContext, "presentation context was not accepted", contextID: id)
    }
    current = header
    return header.isCommand ? try beginCommand(header) : try beginDataSet(header)
  }

  private mutating func beginCommand(_ header: PresentationDataValueHeader) throws(MessageError) -> Fragment {
    let id = header.contextID
    var collected = 0
    switch state {
    case .idle: state = .command(contextID: id, bytes: [])
    case .command(id, let bytes): collected = bytes.count
    case .command(let other, _), .dataSet(let other, _):
      throw MessageError(
        .interleaved, "command fragment before the last fragment on presentation context \(other)", contextID: id)
    }
    guard collected + header.count <= CommandSet.maximumByteCount else {
      throw MessageError(.tooLong, "command set longer than \(CommandSet.maximumByteCount) bytes", contextID: id)
    }
    return .command
  }

  private mutating func beginDataSet(_ header: PresentationDataValueHeader) throws(MessageError) -> Fragment {
    let id = header.contextID
    switch state {
    case .idle:
      throw MessageError(.unexpectedDataSet, "data set fragment without a command", contextID: id)
    case .dataSet(id, let received):
      let (total, overflow) = received.addingReportingOverflow(Int64(header.count))
      guard !overflow, total <= dataSetLimits[id] ?? .max else {
        throw MessageError(.tooLong, "data set longer than \(dataSetLimits[id] ?? .max) bytes", contextID: id)
      }
      state = header.isLast ? .idle : .dataSet(contextID: id, received: total)
    case .command(let other, _), .dataSet(let other, _):
      throw MessageError(
        .interleaved, "data set fragment before the last fragment on presentation context \(other)", contextID: id)
    }
    return .dataSet
  }

  /// Takes the bytes of the command fragment that `begin(_:)` announced.
  ///
  /// - Returns: the message when this was the command's last fragment.
  public mutating func appendCommand(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> DIMSEMessage? {
    guard let header = current, header.isCommand, case .command(let id, var collected) = state else {
      preconditionFailure("begin(_:) announced no command fragment")
    }
    precondition(bytes.count == header.count)
    state = .idle
    collected.append(contentsOf: bytes)
    guard header.isLast else {
      state = .command(contextID: id, bytes: collected)
      return nil
    }
    let command: CommandSet
    do throws(CommandSetError) {
      command = try CommandSet(collected)
    } catch {
      throw MessageError(.badCommand, error.description, contextID: id)
    }
    if command.hasDataSet { state = .dataSet(contextID: id, received: 0) }
    return DIMSEMessage(contextID: id, command: command)
  }

  /// Takes a whole value.
  public mutating func receive(_ value: PresentationDataValue) throws(MessageError) -> Event {
    switch try begin(value.header) {
    case .dataSet: return .dataSet(value.bytes, isLast: value.isLast)
    case .command:
      let message = try value.bytes.withUnsafeBytes { bytes throws(MessageError) in try appendCommand(bytes) }
      return message.map { .command($0) } ?? .incomplete
    }
  }
}
