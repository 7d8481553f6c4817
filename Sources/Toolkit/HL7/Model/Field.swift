// SPDX-License-Identifier: Apache-2.0

/// Bytes of a message with the way to read them.
public protocol EncodedValue: Sendable, Hashable {
  /// As they stand in the message, escapes included.
  var bytes: ArraySlice<UInt8> { get }
  var coding: Coding { get }
}

extension EncodedValue {
  public var isEmpty: Bool { bytes.isEmpty }
  /// Two quotation marks: the sender deletes the value (HL7 v2.5.1 §2.5.3).
  public var isNull: Bool { bytes.elementsEqual([0x22, 0x22]) }
  /// The whole as text: escapes resolved, delimiters as they stand.
  public var text: String { TextDecoder(coding).decode(bytes).text }
  /// As `text`, with what could not be decoded.
  public var decoded: DecodedText { TextDecoder(coding).decode(bytes) }
}

/// A field of a segment: repetitions of components.
public struct Field: EncodedValue {
  public let bytes: ArraySlice<UInt8>
  public let coding: Coding

  public init(bytes: ArraySlice<UInt8>, coding: Coding) {
    self.bytes = bytes
    self.coding = coding
  }

  /// Those that are written, at least one, which may be empty.
  public var repetitions: [Repetition] {
    coding.split(bytes, at: coding.delimiters.repetition).map { Repetition(bytes: $0, coding: coding) }
  }

  /// The first repetition's component, counted from 1; empty where it is absent.
  public subscript(component: Int) -> Component { repetitions[0][component] }

  /// First subcomponent of the first component of the first repetition.
  public var value: String { self[1].value }
}

/// One repetition of a field.
public struct Repetition: EncodedValue {
  public let bytes: ArraySlice<UInt8>
  public let coding: Coding

  public var components: [Component] {
    coding.split(bytes, at: coding.delimiters.component).map { Component(bytes: $0, coding: coding) }
  }

  /// Counted from 1; empty where it is absent.
  public subscript(number: Int) -> Component {
    let all = components
    return number >= 1 && number <= all.count ? all[number - 1] : Component(bytes: [], coding: coding)
  }

  /// First subcomponent of the first component.
  public var value: String { self[1].value }
}

/// One component of a repetition.
public struct Component: EncodedValue {
  public let bytes: ArraySlice<UInt8>
  public let coding: Coding

  public var subcomponents: [Subcomponent] {
    coding.split(bytes, at: coding.delimiters.subcomponent).map { Subcomponent(bytes: $0, coding: coding) }
  }

  /// The subcomponent's text, counted from 1; empty where it is absent or null.
  public subscript(number: Int) -> String {
    let all = subcomponents
    guard number >= 1, number <= all.count, !all[number - 1].isNull else { return "" }
    return all[number - 1].text
  }

  /// First subcomponent.
  public var value: String { self[1] }
}

/// One subcomponent of a component: text.
public struct Subcomponent: EncodedValue {
  public let bytes: ArraySlice<UInt8>
  public let coding: Coding
}
