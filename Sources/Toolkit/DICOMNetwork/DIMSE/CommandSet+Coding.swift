// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension CommandSet {
  /// Longest command set taken; the standard's messages need less than 1 KiB, but for Attribute Identifier List.
  public static let maximumByteCount = 65_536
  private static let headerByteCount = 8

  /// Decodes implicit VR little endian. Command Group Length is not believed: the fragments say where the command ends.
  public init(_ bytes: UnsafeRawBufferPointer) throws(CommandSetError) {
    self.init()
    guard bytes.count <= Self.maximumByteCount else {
      throw CommandSetError(.tooLong, "command set of \(bytes.count) bytes", offset: 0)
    }
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= Self.headerByteCount else {
        throw CommandSetError(.badLength, "\(bytes.count - offset) bytes left for an element", offset: offset)
      }
      let group = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      let element = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
      let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)))
      let tag = Tag(group, element)
      guard group == 0 else {
        throw CommandSetError(.notACommandElement, "\(tag) in a command set", offset: offset)
      }
      let start = offset + Self.headerByteCount
      guard count <= bytes.count - start else {
        throw CommandSetError(
          .badLength, "\(tag) of \(count) bytes where \(bytes.count - start) are left", offset: offset)
      }
      if tag != Tag.commandGroupLength {
        guard self[tag] == nil else { throw CommandSetError(.duplicate, "\(tag) twice", offset: offset) }
        self[tag] = Array(bytes[start..<start + count])
      }
      offset = start + count
    }
    guard integer(Tag.commandField) != nil else {
      throw CommandSetError(.missing, "no Command Field (0000,0100)", offset: 0)
    }
  }

  public init(_ bytes: [UInt8]) throws(CommandSetError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(CommandSetError) in try CommandSet(buffer) }
    }
    self = try result.get()
  }

  /// Implicit VR little endian with Command Group Length first (PS3.7 §6.3.1).
  public func encoded() -> [UInt8] {
    let length = fields.reduce(0) { $0 + Self.headerByteCount + $1.bytes.count }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length + Self.headerByteCount + 4)
    func append(_ value: UInt32) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    append(0)
    append(4)
    append(UInt32(length))
    for field in fields {
      append(UInt32(field.tag.element) << 16)
      append(UInt32(field.bytes.count))
      bytes += field.bytes
    }
    return bytes
  }
}
