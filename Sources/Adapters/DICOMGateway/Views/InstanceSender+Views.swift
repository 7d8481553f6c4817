// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMPixels
import Logging

extension InstanceSender {
  /// Sends what a view shows in place of stored instances.
  func send(
    _ made: ViewedObjects.Made, as instance: StoredInstance, messageID: UInt16, on association: BlockingAssociation,
    role: AssociationMachine.Role
  ) throws -> Outcome {
    guard let context = context(for: made, instance, association.negotiated, role) else {
      logger.notice("\(instance.identity.instance) not sent: no presentation context for it was accepted")
      return .failed
    }
    let command = CommandSet.cStoreRQ(
      messageID: messageID, sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance,
      moveOriginator: moveOriginator)
    switch made.pixels {
    case .frames(let sources, let bytes):
      try send(made.header, sources, bytes, command, on: association, context)
    case .stored(let source, let start) where made.transferSyntax == context.transferSyntax:
      let head = try DataSetWriter.write(made.header, transferSyntax: made.transferSyntax)
      let rest = source.location.length - start
      try association.send(command, on: context, count: Int64(head.count) + rest) { pieces in
        try head.withUnsafeBytes { try pieces([$0]) }
        try archive.readTogether(source.location, from: start, count: rest, pieces)
      }
    case .stored, .inHeader:
      let dataSet: [UInt8]
      do {
        dataSet = try whole(made, as: context.transferSyntax)
      } catch {
        logger.notice("\(instance.identity.instance) not sent: \(error)")
        return .failed
      }
      try association.send(command, dataSet: dataSet, on: context)
    }
    return try response(to: messageID, instance, on: association)
  }

  /// Joined frames are sent native and in little endian.
  private func context(
    for made: ViewedObjects.Made, _ instance: StoredInstance, _ negotiated: NegotiatedAssociation,
    _ role: AssociationMachine.Role
  ) -> NegotiatedContext? {
    guard case .frames = made.pixels else { return context(for: instance, negotiated, role) }
    let usable = negotiated.contexts(for: instance.identity.sopClass).filter {
      role == .requestor ? $0.requestorIsSCU : $0.requestorIsSCP
    }
    return usable.first { $0.transferSyntax == .explicitVRLittleEndian }
      ?? usable.first { $0.transferSyntax == .implicitVRLittleEndian }
  }

  /// The data set in one piece.
  private func whole(_ made: ViewedObjects.Made, as target: TransferSyntax) throws -> [UInt8] {
    var bytes = try DataSetWriter.write(made.header, transferSyntax: made.transferSyntax)
    if case .stored(let source, let start) = made.pixels {
      bytes += try archive.readAll(source.location, from: start).array
    }
    if target == made.transferSyntax { return bytes }
    return try NativeConversion.convert(ByteSlice(bytes), from: made.transferSyntax, to: target)
  }

  /// Header first, then frame by frame: memory does not grow with their number.
  private func send(
    _ header: DataSet, _ sources: [StoredInstance], _ frameLength: Int, _ command: CommandSet,
    on association: BlockingAssociation, _ context: NegotiatedContext
  ) throws {
    let length = sources.count * frameLength
    let padding = length % 2
    let head =
      try DataSetWriter.write(header, transferSyntax: context.transferSyntax)
      + Self.pixelDataHeader(length + padding, context.transferSyntax)
    try association.send(command, on: context, count: Int64(head.count + length + padding)) { pieces in
      try head.withUnsafeBytes { try pieces([$0]) }
      for source in sources {
        var bytes = try nativeFrame(of: source, frameLength)
        if padding == 1, source == sources.last { bytes.append(0) }
        try bytes.withUnsafeBytes { try pieces([$0]) }
      }
    }
  }

  /// Tag, VR and length of Pixel Data in little endian (PS3.5 §7.1).
  private static func pixelDataHeader(_ length: Int, _ syntax: TransferSyntax) -> [UInt8] {
    let value = UInt32(truncatingIfNeeded: length)
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    let tag: [UInt8] = [0xE0, 0x7F, 0x10, 0x00]
    return tag + (syntax == .implicitVRLittleEndian ? [] : Array("OW".utf8) + [0, 0]) + bytes
  }

  private func nativeFrame(of source: StoredInstance, _ length: Int) throws -> [UInt8] {
    let syntax = TransferSyntax(source.transferSyntax)
    let dataSet = try DataSetReader.read(archive.outgoingDataSet(of: source), transferSyntax: syntax)
    let frame = try FrameReader(dataSet, transferSyntax: syntax).frame(0).bytes
    guard frame.count == length else {
      throw ArchiveError(.damaged, "a frame of \(frame.count) bytes where \(length) were due")
    }
    return frame
  }
}
