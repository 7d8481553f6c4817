// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The value of one element on its way into a model.
struct ModelValue {
  let vr: VR
  let bytes: ByteSlice
  let byteOrder: ByteOrder
  let characterSet: SpecificCharacterSet

  /// Text values; a person name that consists of delimiters alone counts as empty.
  var texts: [String] {
    let set = vr.usesSpecificCharacterSet ? characterSet : .default
    let texts = set.decodeValues(bytes, vr: vr)
    return vr == .PN ? texts.map { $0.utf8.allSatisfy { $0 == 0x3D } ? "" : $0 } : texts
  }

  /// Values of US, SS, UL, SL, SV and UV.
  var integers: [any BinaryInteger] {
    switch vr {
    case .US: numbers(UInt16.self)
    case .SS: numbers(Int16.self)
    case .UL: numbers(UInt32.self)
    case .SL: numbers(Int32.self)
    case .SV: numbers(Int64.self)
    default: numbers(UInt64.self)
    }
  }

  /// Values of FL.
  var floats: [Float] { numbers(UInt32.self).map { Float(bitPattern: $0) } }
  /// Values of FD.
  var doubles: [Double] { numbers(UInt64.self).map { Double(bitPattern: $0) } }
  /// Values of AT.
  var tags: [Tag] {
    let halves = numbers(UInt16.self)
    return stride(from: 0, to: halves.count - 1, by: 2).map { Tag(halves[$0], halves[$0 + 1]) }
  }

  func numbers<Number: FixedWidthInteger>(_: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { buffer in
      let size = MemoryLayout<Number>.size
      return (0..<buffer.count / size).map { index in
        let raw = buffer.loadUnaligned(fromByteOffset: index * size, as: Number.self)
        return byteOrder == .littleEndian ? Number(littleEndian: raw) : Number(bigEndian: raw)
      }
    }
  }
}
