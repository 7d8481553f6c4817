// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What the metadata of a series needs of its stored objects, in one piece: of each what stands in front of the value
/// of its pixel data, as it is stored, and what stands behind it. A study file has such a member behind the objects of
/// each series, so that one read gives what else is gathered object by object. It holds nothing that the objects do not
/// hold: who has none, or does not find an object in it, reads the object.
///
/// In bytes: `MARTLETH`, the number 1; then for each object its position in the file, its length, the lengths of the
/// two pieces, the pieces. All numbers have 8 bytes, the lowest first.
public struct SeriesHeads: Sendable {
  /// The two pieces of an object's data set; the second is empty where nothing stands behind the pixel data.
  public struct Head: Sendable, Hashable {
    /// Data set up to the value of the pixel data, the header of that element included; all of it where there is none.
    public var front: ByteSlice
    public var back: ByteSlice

    public init(front: ByteSlice, back: ByteSlice) {
      self.front = front
      self.back = back
    }
  }

  private struct Place: Hashable {
    let offset: Int64
    let length: Int64
  }

  /// A larger head is read where the object stands.
  static let largestHead = 256 * 1024
  /// More is not gathered for a series: heads are held in memory as a whole.
  static let largestSeries = 32 << 20
  /// Bytes in front of the first object, and of the numbers in front of each.
  static let introduction = Array("MARTLETH".utf8) + number(1)
  static let numbers = 4 * 8

  private var heads: [Place: Head] = [:]

  /// Nothing is known of any object.
  public init() {}

  /// - Parameter bytes: of the member, whose checksum was compared. What is not understood is left out.
  public init(_ bytes: ByteSlice) {
    var position = Self.introduction.count
    guard bytes.count >= position, bytes[0..<position].array == Self.introduction else { return }
    while bytes.count - position >= Self.numbers {
      let values = (0..<4).map { Self.number(bytes, at: position + 8 * $0) }
      position += Self.numbers
      guard let front = Int(exactly: values[2]), let back = Int(exactly: values[3]), front >= 0, back >= 0,
        front <= bytes.count - position, back <= bytes.count - position - front
      else { return }
      heads[Place(offset: values[0], length: values[1])] = Head(
        front: bytes[position..<position + front], back: bytes[position + front..<position + front + back])
      position += front + back
    }
  }

  /// What is known of an object that stands in the file.
  public subscript(_ location: StoredLocation) -> Head? {
    heads[Place(offset: location.offset, length: location.length)]
  }

  /// What one more object adds to a member.
  static func entry(offset: Int64, length: Int64, _ head: Head) -> [UInt8] {
    number(offset) + number(length) + number(Int64(head.front.count)) + number(Int64(head.back.count))
      + head.front.array + head.back.array
  }

  private static func number(_ value: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func number(_ bytes: ByteSlice, at position: Int) -> Int64 {
    (0..<8).reduce(0) { $0 | Int64(bytes[position + $1]) << (8 * $1) }
  }
}

/// Where the data set of an object stands in its file, so that its head is found.
public struct DataSetPlace: Sendable, Hashable {
  /// Positions as in `StoredLocation`.
  public var dataSetOffset: Int64
  public var pixelDataOffset: Int64?
  public var transferSyntax: UID

  public init(dataSetOffset: Int64, pixelDataOffset: Int64?, transferSyntax: UID) {
    self.dataSetOffset = dataSetOffset
    self.pixelDataOffset = pixelDataOffset
    self.transferSyntax = transferSyntax
  }
}

/// Gathers the heads of a series while its objects pass by.
public struct SeriesHeadsWriter {
  /// The member's bytes so far.
  public private(set) var bytes = SeriesHeads.introduction
  /// Objects in them.
  public private(set) var count = 0

  public init() {}

  /// - Parameter offset: of the object in the file, where it stands now.
  public mutating func add(offset: Int64, length: Int64, _ collector: HeadCollector) {
    guard let head = collector.head else { return }
    let entry = SeriesHeads.entry(offset: offset, length: length, head)
    guard bytes.count + entry.count <= SeriesHeads.largestSeries else { return }
    bytes += entry
    count += 1
  }
}

extension ImageArchive {
  /// The heads of instances of one series that stand in one file, by one read where it is a study file that has them.
  public func heads(of instances: [StoredInstance]) -> SeriesHeads {
    guard instances.count > 1, let last = instances.max(by: { $0.location.offset < $1.location.offset }) else {
      return SeriesHeads()
    }
    let expected = instances.reduce(SeriesHeads.introduction.count) { total, instance in
      let location = instance.location
      let front = (location.pixelDataOffset ?? location.length) - location.dataSetOffset
      // The header of the pixel data, and what little most have behind it.
      return front > Int64(SeriesHeads.largestHead) ? total : total + SeriesHeads.numbers + Int(front) + 16
    }
    // What cannot be read here is read where the objects stand, and there it is an error.
    let found = try? store.heads(
      behind: last.location.extent, expected: Int64(min(expected, SeriesHeads.largestSeries)))
    return found ?? SeriesHeads()
  }
}
