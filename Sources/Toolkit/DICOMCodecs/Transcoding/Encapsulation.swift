// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Frames as encapsulated Pixel Data, one fragment each, with their offset table (PS3.5 §A.4).
enum Encapsulation {
  /// Bytes of an item's tag and length.
  private static let itemHeader = 8
  /// The greatest even length of an item.
  private static let maximumFragment = 0xFFFF_FFFE

  /// Sets Pixel Data and, where it is needed or asked for, the Extended Offset Table and its lengths.
  static func set(
    _ frames: [[UInt8]], in dataSet: inout DataSet, table: TranscodingOptions.OffsetTable
  ) throws(CodecError) {
    var offsets: [Int] = []
    var lengths: [Int] = []
    var fragments: [ByteSlice] = []
    var position = 0
    for (index, frame) in frames.enumerated() {
      let padded = frame.count + frame.count % 2
      guard padded <= maximumFragment else { throw CodecError(.limit, "a frame above 4 GiB", frame: index) }
      offsets.append(position)
      lengths.append(frame.count)
      fragments.append(ByteSlice(frame.count == padded ? frame : frame + [0]))
      position += itemHeader + padded
    }
    remove(from: &dataSet)
    let isBeyondBasic = (offsets.last ?? 0) > Int(UInt32.max) || offsets.count * 4 > maximumFragment
    let isExtended = table == .extended || table == .basic && isBeyondBasic
    var basic = ByteSlice.empty
    if table == .basic, !isExtended {
      basic = ByteSlice(offsets.flatMap { offset in (0..<4).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) } })
    }
    if isExtended {
      dataSet.set(.extendedOffsetTable, .OV, integers: offsets)
      dataSet.set(.extendedOffsetTableLengths, .OV, integers: lengths)
    }
    dataSet.set(DataElement(tag: .pixelData, vr: .OB, value: .fragments([basic] + fragments)))
  }

  /// Removes what belongs to one encapsulation only.
  static func remove(from dataSet: inout DataSet) {
    let tags: [Tag] = [
      .pixelData, .extendedOffsetTable, .extendedOffsetTableLengths, .encapsulatedPixelDataValueTotalLength,
    ]
    for tag in tags { dataSet.remove(tag) }
  }
}
