// SPDX-License-Identifier: Apache-2.0

/// The values of an attribute as types of Swift. Which ones fit depends on the VR; text fits every VR but those of
/// bytes and items, and is read as the numbers, tags or dates that it says.
public enum AttributeValues: Sendable, Hashable {
  /// Any VR of text; numbers and tags of binary VRs written in text.
  case texts([String])
  /// US, SS, UL, SL, UV, SV, OB, OW, OL, OV, IS, DS.
  case integers([Int])
  /// UV and OV beyond `Int`.
  case unsignedIntegers([UInt64])
  /// FL, FD, OF, OD, DS.
  case doubles([Double])
  /// AT.
  case tags([Tag])
  /// UI.
  case uids([UID])
  /// PN.
  case personNames([PersonName])
  /// DA.
  case dates([DICOMDate])
  /// TM.
  case times([DICOMTime])
  /// DT.
  case dateTimes([DICOMDateTime])
  /// AS.
  case ages([Age])
  /// DS with its exact text.
  case decimals([DecimalString])
  /// The value field of any VR but SQ, in the byte order of the data set.
  case bytes(ByteSlice)
  /// SQ.
  case items([DataSet])

  /// No value.
  public static let empty = AttributeValues.bytes(.empty)

  /// Number of values; 1 for bytes, 0 where there are none.
  public var count: Int {
    switch self {
    case .texts(let values): values.count
    case .integers(let values): values.count
    case .unsignedIntegers(let values): values.count
    case .doubles(let values): values.count
    case .tags(let values): values.count
    case .uids(let values): values.count
    case .personNames(let values): values.count
    case .dates(let values): values.count
    case .times(let values): values.count
    case .dateTimes(let values): values.count
    case .ages(let values): values.count
    case .decimals(let values): values.count
    case .bytes(let value): value.isEmpty ? 0 : 1
    case .items(let items): items.count
    }
  }

  /// The values as the text of a text VR; nil for bytes and items, and for numbers that have no decimal text.
  var texts: [String]? {
    switch self {
    case .texts(let values): values
    case .integers(let values): values.map { String($0) }
    case .unsignedIntegers(let values): values.map { String($0) }
    case .doubles: nil
    case .tags(let values): values.map(\.hexadecimal)
    case .uids(let values): values.map(\.rawValue)
    case .personNames(let values): values.map(\.description)
    case .dates(let values): values.map(\.description)
    case .times(let values): values.map(\.description)
    case .dateTimes(let values): values.map(\.description)
    case .ages(let values): values.map(\.description)
    case .decimals(let values): values.map(\.text)
    case .bytes, .items: nil
    }
  }
}

extension AttributeValues: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(stringLiteral value: String) { self = .texts([value]) }
  public init(integerLiteral value: Int) { self = .integers([value]) }
  public init(floatLiteral value: Double) { self = .doubles([value]) }
}
