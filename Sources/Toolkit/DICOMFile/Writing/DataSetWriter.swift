// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Writes data sets. Sequences and items keep the form of their length, defined or not; lengths are computed.
public enum DataSetWriter {
  /// Encodes a data set in a transfer syntax, values converted to its byte order, deflated where it says so.
  public static func write(_ dataSet: DataSet, transferSyntax: TransferSyntax) throws(WriteError) -> [UInt8] {
    let plain = try encode(dataSet, ElementWriter(ElementReader(transferSyntax)), ElementReader(transferSyntax)).bytes
    return transferSyntax.isDeflated ? try Deflater.deflate(plain) : plain
  }

  /// Encodes a data set without copying its long values, so that pixel data of any length costs no memory. Deflated
  /// data sets are copied.
  /// - Parameter longValue: bytes from which on a value is not copied, unless its byte order changes.
  public static func gather(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, longValue: Int = EncodedDataSet.defaultLongValue
  ) throws(WriteError) -> EncodedDataSet {
    if transferSyntax.isDeflated {
      return EncodedDataSet(bytes: try write(dataSet, transferSyntax: transferSyntax), insertions: [])
    }
    let encoding = ElementReader(transferSyntax)
    let writer = try encode(dataSet, ElementWriter(encoding, insertionLength: longValue), encoding)
    return EncodedDataSet(bytes: writer.bytes, insertions: writer.insertions)
  }

  /// Encodes a whole file: preamble, File Meta Information, data set (PS3.10 §7).
  public static func writeFile(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, origin: FileMetaInformation.Origin = .init()
  ) throws(WriteError) -> [UInt8] {
    FileMetaInformation.encode(
      sopClass: dataSet.uid(Tag(0x0008, 0x0016)) ?? "", sopInstance: dataSet.uid(Tag(0x0008, 0x0018)) ?? "",
      transferSyntax: transferSyntax.uid, origin: origin)
      + (try write(dataSet, transferSyntax: transferSyntax))
  }

  /// A data set that is being written, or a sequence of which the items are.
  private struct Frame {
    let dataSet: DataSet
    let encoding: ElementReader
    /// The encoding of the items of the sequence that is open.
    var itemEncoding: ElementReader
    var next = 0
    /// Items of the sequence that is open in this data set.
    var items: [DataSet] = []
    var nextItem = 0
    var isInSequence = false
    /// Where the length of the open sequence stands, if it is defined.
    var sequenceLength: ElementWriter.LengthField?
    /// Where the length of this item stands, if it is defined.
    var itemLength: ElementWriter.LengthField?
  }

  // An explicit stack: depth costs no machine stack.
  private static func encode(
    _ dataSet: DataSet, _ start: ElementWriter, _ encoding: ElementReader
  ) throws(WriteError) -> ElementWriter {
    var writer = start
    var frames = [Frame(dataSet: dataSet, encoding: encoding, itemEncoding: encoding)]
    while let frame = frames.last {
      let top = frames.count - 1
      if frame.isInSequence {
        if frame.nextItem < frame.items.count {
          frames[top].nextItem += 1
          frames.append(startItem(frame.items[frame.nextItem], frame.itemEncoding, &writer))
        } else {
          try endSequence(&frames[top], &writer)
        }
      } else if frame.next < frame.dataSet.elements.count {
        frames[top].next += 1
        try write(frame.dataSet.elements[frame.next], &frames[top], &writer)
      } else {
        frames.removeLast()
        guard !frames.isEmpty else { break }
        if let field = frame.itemLength {
          try patch(field, &writer)
        } else {
          writer.header(.itemDelimitationItem, .UN, length: 0)
        }
      }
    }
    return writer
  }

  private static func write(
    _ element: DataElement, _ frame: inout Frame, _ writer: inout ElementWriter
  ) throws(WriteError) {
    switch element.value {
    case .bytes(let bytes):
      guard bytes.count < Int(DataElement.undefinedLength) else {
        throw WriteError(.tooLong, "A value has 4 GiB or more.", tag: element.tag)
      }
      writer.write(element, from: frame.dataSet.byteOrder)
    case .fragments(let fragments):
      writer.header(element.tag, element.vr, length: DataElement.undefinedLength)
      for fragment in fragments { writer.write(fragment: fragment) }
      writer.header(.sequenceDelimitationItem, .UN, length: 0)
    case .items(let items):
      // UN can hold items only with undefined length, in implicit VR little endian (PS3.5 §6.2.2).
      let isUN = writer.isUN(element)
      let isUndefined = element.length == DataElement.undefinedLength || element.vr == .UN
      writer.header(element.tag, isUN ? .UN : element.vr, length: DataElement.undefinedLength)
      frame.items = items
      frame.nextItem = 0
      frame.isInSequence = true
      frame.sequenceLength = isUndefined ? nil : writer.lengthField
      frame.itemEncoding = isUN ? implicitLittleEndian : frame.encoding
      if isUN { writer = ElementWriter(implicitLittleEndian, behind: writer) }
    }
  }

  private static let implicitLittleEndian = ElementReader(isExplicitVR: false, byteOrder: .littleEndian)

  private static func startItem(_ item: DataSet, _ encoding: ElementReader, _ writer: inout ElementWriter) -> Frame {
    let isUndefined = item.itemLength == DataElement.undefinedLength
    writer.header(.item, .UN, length: DataElement.undefinedLength)
    var frame = Frame(dataSet: item, encoding: encoding, itemEncoding: encoding)
    frame.itemLength = isUndefined ? nil : writer.lengthField
    return frame
  }

  private static func endSequence(_ frame: inout Frame, _ writer: inout ElementWriter) throws(WriteError) {
    if let field = frame.sequenceLength {
      try patch(field, &writer)
    } else {
      writer.header(.sequenceDelimitationItem, .UN, length: 0)
    }
    frame.isInSequence = false
    frame.items = []
    writer = ElementWriter(frame.encoding, behind: writer)
  }

  private static func patch(
    _ field: ElementWriter.LengthField, _ writer: inout ElementWriter
  ) throws(WriteError) {
    guard writer.patch(field) else {
      throw WriteError(.tooLong, "A sequence of defined length has 4 GiB or more.")
    }
  }
}
