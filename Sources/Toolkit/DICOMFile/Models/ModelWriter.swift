// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The syntax of a model: JSON or XML.
protocol ModelWriter {
  /// Private elements are named by their creator.
  static var namesPrivateCreators: Bool { get }

  init()
  /// What was written since the last call.
  mutating func takeBytes() -> [UInt8]
  mutating func startDocument()
  mutating func endDocument()
  mutating func startElement(_ tag: Tag, _ vr: VR, privateCreator: String?)
  mutating func endElement()
  /// Items are numbered from 1.
  mutating func startItem(_ number: Int)
  mutating func endItem()
  mutating func reference(_ uri: String)
  /// A part of a value in little endian; all but the last one have a multiple of three bytes.
  mutating func binary(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, isLast: Bool)
  /// A value that is text or numbers, and not empty.
  mutating func values(_ value: ModelValue)
}
