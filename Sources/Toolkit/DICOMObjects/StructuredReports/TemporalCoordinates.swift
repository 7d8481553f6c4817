// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The value of a TCOORD content item (PS3.3 §C.18.7): points or ranges of time in a waveform or a cine.
public struct TemporalCoordinates: Sendable, Hashable {
  /// Temporal Range Type (PS3.3 §C.18.7.1.1).
  public enum RangeType: String, Sendable, Hashable, CaseIterable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case segment = "SEGMENT"
    case multisegment = "MULTISEGMENT"
    case begin = "BEGIN"
    case end = "END"
  }

  /// How the times are given.
  public enum Positions: Sendable, Hashable {
    /// Numbers of samples, counted from 1.
    case samples([Int])
    /// Seconds from the start of the multiplex group.
    case seconds([Double])
    /// Values of DT.
    case dateTimes([String])
  }

  public var rangeType: RangeType
  public var positions: Positions

  public init(_ rangeType: RangeType, _ positions: Positions) {
    self.rangeType = rangeType
    self.positions = positions
  }

  init?(_ item: DataSet) {
    guard let type = item.string(.temporalRangeType).flatMap({ RangeType(rawValue: $0) }) else { return nil }
    rangeType = type
    if let samples = item.integers(.referencedSamplePositions), !samples.isEmpty {
      positions = .samples(samples)
    } else if let seconds = item.doubles(.referencedTimeOffsets), !seconds.isEmpty {
      positions = .seconds(seconds)
    } else {
      positions = .dateTimes(item.strings(.referencedDateTime) ?? [])
    }
  }

  private var count: Int {
    switch positions {
    case .samples(let values): values.count
    case .seconds(let values): values.count
    case .dateTimes(let values): values.count
    }
  }

  private var objection: String? {
    switch rangeType {
    case .point, .begin, .end: count == 1 ? nil : "\(rangeType.rawValue) has one time"
    case .multipoint: count > 0 ? nil : "MULTIPOINT has times"
    case .segment: count == 2 ? nil : "a SEGMENT has a begin and an end"
    case .multisegment: count > 0 && count % 2 == 0 ? nil : "a MULTISEGMENT has pairs of begin and end"
    }
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    if let objection { throw ObjectError(.invalid, .temporalRangeType, in: item.path, objection) }
    try item.set(.temporalRangeType, rangeType.rawValue, .type1)
    switch positions {
    case .samples(let values): try item.set(.referencedSamplePositions, values, .type1)
    case .seconds(let values): try item.set(.referencedTimeOffsets, values, .type1)
    case .dateTimes(let values): try item.set(.referencedDateTime, values, .type1)
    }
  }
}
