// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import Foundation

/// PDUs on a blocking socket. Headers and small bodies pass through one small buffer; the payload of P-DATA-TF goes
/// from the kernel straight to where it shall be.
final class PDUStream {
  let socket: BlockingSocket
  private let limits: PDULimits
  private let buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// What goes out with the next that is sent.
  private var held: [UInt8] = []

  /// The most that is held.
  private static let maximumHeld = 16 * 1024

  /// Holds a header and what happens to come with it.
  private static let bufferSize = 16 * 1024

  init(_ socket: BlockingSocket, limits: PDULimits) {
    self.socket = socket
    self.limits = limits
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Whether something of the next PDU is here, or comes within so many milliseconds.
  func isReadable(within milliseconds: Int32) -> Bool {
    if start < end { return true }
    // Who cannot be told will be found gone by reading.
    if milliseconds != 0 { try? flush() }
    return socket.isReadable(within: milliseconds)
  }

  /// The header of the next PDU, checked against the limits.
  func readHeader() throws(AssociationEnd) -> PDUHeader {
    try require(PDUHeader.byteCount)
    let header = PDUHeader(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
    start += PDUHeader.byteCount
    do {
      try limits.check(header)
    } catch {
      throw .violation(error.description, error.abortReason)
    }
    guard header.kind != nil else {
      throw .violation("PDU of unknown type \(header.type)", .unrecognizedPDU)
    }
    return header
  }

  /// The PDU that follows this header; not for P-DATA-TF, whose values are read one by one.
  func readPDU(_ header: PDUHeader) throws(AssociationEnd) -> PDU {
    let body = UnsafeMutableRawBufferPointer.allocate(byteCount: max(header.length, 1), alignment: 1)
    defer { body.deallocate() }
    let bytes = UnsafeMutableRawBufferPointer(rebasing: body[..<header.length])
    try readPayload(bytes)
    do {
      return try PDU.decode(header, body: UnsafeRawBufferPointer(bytes))
    } catch {
      throw .violation(error.description, error.abortReason)
    }
  }

  /// The header of the next presentation data value in a P-DATA-TF.
  /// - Parameter remaining: bytes of the PDU that are left.
  func readValueHeader(remaining: Int) throws(AssociationEnd) -> PresentationDataValueHeader {
    guard remaining >= PresentationDataValueHeader.byteCount else {
      throw .violation("\(remaining) bytes left in a P-DATA-TF", .invalidPDUParameterValue)
    }
    try require(PresentationDataValueHeader.byteCount)
    defer { start += PresentationDataValueHeader.byteCount }
    do {
      return try PresentationDataValueHeader(
        UnsafeRawBufferPointer(rebasing: buffer[start..<end]), remaining: remaining, offset: PDUHeader.byteCount)
    } catch {
      throw .violation(error.description, error.abortReason)
    }
  }

  /// Fills `target`: what the buffer holds, then from the socket, which also tops the buffer up in the same call.
  func readPayload(_ target: UnsafeMutableRawBufferPointer) throws(AssociationEnd) {
    var filled = min(end - start, target.count)
    if filled > 0 {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + filled]))
      start += filled
    }
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let count = try receive(rest, buffer)
      filled += min(count, rest.count)
      start = 0
      end = max(0, count - rest.count)
    }
  }

  /// Passes over bytes.
  func skip(_ count: Int) throws(AssociationEnd) {
    var left = count
    while left > 0 {
      try require(1)
      let passed = min(left, end - start)
      start += passed
      left -= passed
    }
  }

  /// Sends bytes together with what is sent next, at the latest before something is waited for: each call wakes the
  /// peer up.
  func hold(_ bytes: [UInt8]) throws(AssociationEnd) {
    held += bytes
    if held.count > Self.maximumHeld { try flush() }
  }

  func write(_ bytes: [UInt8]) throws(AssociationEnd) {
    held += bytes
    try flush()
  }

  /// Sends pieces one after the other, by as few calls as there can be.
  func write(_ parts: [UnsafeRawBufferPointer]) throws(AssociationEnd) {
    let failure = held.withUnsafeBytes { held -> TransportError? in
      do throws(TransportError) {
        try socket.write(held.isEmpty ? parts : [held] + parts)
        return nil
      } catch {
        return error
      }
    }
    held.removeAll(keepingCapacity: true)
    if let failure { throw .transport(failure) }
  }

  private func flush() throws(AssociationEnd) {
    let nothing: [UnsafeRawBufferPointer] = []
    if !held.isEmpty { try write(nothing) }
  }

  /// Makes at least `count` bytes of the buffer valid.
  private func require(_ count: Int) throws(AssociationEnd) {
    if end - start >= count { return }
    if start > 0 {
      let kept = end - start
      if kept > 0, let base = buffer.baseAddress { memmove(base, base + start, kept) }
      start = 0
      end = kept
    }
    while end < count {
      end += try receive(UnsafeMutableRawBufferPointer(rebasing: buffer[end...]), nil)
    }
  }

  private func receive(
    _ first: UnsafeMutableRawBufferPointer, _ second: UnsafeMutableRawBufferPointer?
  ) throws(AssociationEnd) -> Int {
    try flush()
    let count: Int
    do {
      count = try socket.read(first, second)
    } catch {
      throw .transport(error)
    }
    if count == 0 { throw .transport(TransportError(.closed, "receive")) }
    return count
  }
}
