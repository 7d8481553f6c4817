// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// Keeps the head of an object (`SeriesHeads`) while its bytes pass by, piece by piece.
public struct HeadCollector {
  private enum Phase {
    /// Up to the pixel data, or to the end.
    case front
    /// The header of the pixel data.
    case element
    /// The header of an item of encapsulated pixel data (PS3.5 §A.4).
    case item
    case back
    /// Larger than what is kept, or nothing that can be walked over.
    case failed
  }

  /// Of an element with a short form, or of an item.
  private static let shortHeader: Int64 = 8

  private let place: DataSetPlace
  private let length: Int64
  private var phase = Phase.front
  /// Bytes that nobody needs, before what is awaited.
  private var skipped: Int64
  /// Bytes that are awaited for the phase.
  private var awaited: Int64
  private var gathered: [UInt8] = []
  private var position: Int64 = 0
  private var front: [UInt8] = []

  /// - Parameter length: of the whole object with its file meta information.
  public init(_ place: DataSetPlace, length: Int64) {
    self.place = place
    self.length = length
    skipped = place.dataSetOffset
    awaited = (place.pixelDataOffset ?? length) - place.dataSetOffset
    if awaited < 0 || awaited > Int64(SeriesHeads.largestHead) { phase = .failed }
  }

  /// The next bytes of the object.
  public mutating func feed(_ piece: UnsafeRawBufferPointer) {
    var rest = piece[...]
    while !rest.isEmpty, phase != .failed {
      if skipped > 0 {
        let count = Int(min(skipped, Int64(rest.count)))
        advance(count, &rest)
        skipped -= Int64(count)
        continue
      }
      let count = Int(min(awaited - Int64(gathered.count), Int64(rest.count)))
      gathered.append(contentsOf: rest.prefix(count))
      advance(count, &rest)
      if Int64(gathered.count) == awaited {
        if phase == .back {
          if !rest.isEmpty { phase = .failed }
          return
        }
        next()
      }
    }
  }

  private mutating func advance(_ count: Int, _ rest: inout Slice<UnsafeRawBufferPointer>) {
    rest = rest.dropFirst(count)
    position += Int64(count)
  }

  /// What was awaited is there.
  private mutating func next() {
    switch phase {
    case .front:
      front = gathered
      if place.pixelDataOffset == nil { expect(.back, 0) } else { expect(.element, Self.shortHeader) }
    case .element:
      let reader = ElementReader(TransferSyntax(place.transferSyntax))
      let header = gathered.withUnsafeBytes { reader.header($0, offset: 0, signed: false) }
      guard let header, header.valueOffset == gathered.count else {
        // The long form (PS3.5 table 7.1-1) has four bytes more.
        if awaited == Self.shortHeader { awaited = Int64(ElementReader.longHeaderLength) } else { phase = .failed }
        return
      }
      front += gathered
      if header.hasUndefinedLength { expect(.item, Self.shortHeader) } else { skip(Int64(header.length)) }
    case .item:
      let length = (0..<4).reduce(Int64(0)) { $0 | Int64(gathered[4 + $1]) << (8 * $1) }
      switch (gathered[0], gathered[1], gathered[2], gathered[3]) {
      case (0xFE, 0xFF, 0x00, 0xE0):
        skipped = length
        expect(.item, Self.shortHeader)
      case (0xFE, 0xFF, 0xDD, 0xE0): skip(0)
      default: phase = .failed
      }
    case .back, .failed: break
    }
  }

  /// Passes over the pixels; what follows is kept.
  private mutating func skip(_ count: Int64) {
    skipped = count
    let rest = length - position - count
    guard rest >= 0, rest + Int64(front.count) <= Int64(SeriesHeads.largestHead) else { return phase = .failed }
    expect(.back, rest)
  }

  private mutating func expect(_ phase: Phase, _ count: Int64) {
    self.phase = phase
    awaited = count
    gathered = []
  }

  /// What was gathered, once the whole object passed by; nil where it is not to be kept apart.
  public var head: SeriesHeads.Head? {
    guard phase == .back, position == length, Int64(gathered.count) == awaited else { return nil }
    return SeriesHeads.Head(front: ByteSlice(front), back: ByteSlice(gathered))
  }
}
