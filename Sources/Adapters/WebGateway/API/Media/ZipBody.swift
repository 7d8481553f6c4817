// SPDX-License-Identifier: Apache-2.0

import DICOMMedia
import HTTPTypes
import Hummingbird
import NIOCore

/// Makes a ZIP file of what is written, piece by piece, and passes it on.
final class ZipBody: ResponseBodyWriter, @unchecked Sendable {  // Written to by one task, piece after piece.
  private var inner: any ResponseBodyWriter
  private var zip: ZipWriter

  init(_ inner: any ResponseBodyWriter, _ zip: ZipWriter) {
    self.inner = inner
    self.zip = zip
  }

  /// Begins a member; what is written from now on is its content.
  func begin(_ name: String, mayBeLarge: Bool) async throws {
    try await pass(zip.begin(name, mayBeLarge: mayBeLarge))
  }

  func write(_ buffer: ByteBuffer) async throws {
    try await pass(buffer.withUnsafeReadableBytes { zip.write($0) })
  }

  func endMember() async throws { try await pass(zip.end()) }

  /// A whole member.
  func member(_ name: String, _ bytes: [UInt8]) async throws { try await pass(zip.member(name, bytes)) }

  /// Ends the file.
  func end() async throws { try await pass(zip.finish()) }

  func finish(_ trailers: HTTPFields?) async throws { try await inner.finish(trailers) }

  private func pass(_ bytes: [UInt8]) async throws {
    guard !bytes.isEmpty else { return }
    try await inner.write(ByteBuffer(bytes: bytes))
  }
}
