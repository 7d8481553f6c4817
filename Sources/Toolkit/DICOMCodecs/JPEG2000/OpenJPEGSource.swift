// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import LibOpenJPEG

/// A codestream in memory as OpenJPEG's input. Must outlive the stream that it makes.
final class OpenJPEGSource {
  /// OpenJPEG's sign for the end of the input: all bits set, in a type that Swift sees with a sign.
  private static let end: OPJ_SIZE_T = -1

  private let bytes: ByteSlice
  private var position = 0

  init(_ bytes: ByteSlice) { self.bytes = bytes }

  func makeStream() -> UnsafeMutablePointer<opj_stream_t?>? {
    guard let stream = opj_stream_default_create(1) else { return nil }
    opj_stream_set_user_data(stream, Unmanaged.passUnretained(self).toOpaque(), nil)
    opj_stream_set_user_data_length(stream, UInt64(bytes.count))
    opj_stream_set_read_function(stream) { buffer, size, context in
      guard let buffer, let source = OpenJPEGSource.from(context) else { return OpenJPEGSource.end }
      return source.read(buffer, size)
    }
    opj_stream_set_skip_function(stream) { count, context in
      OpenJPEGSource.from(context)?.skip(Int(count)) ?? -1
    }
    opj_stream_set_seek_function(stream) { offset, context in
      OpenJPEGSource.from(context)?.seek(Int(offset)) == true ? 1 : 0
    }
    return stream
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> OpenJPEGSource? {
    context.map { Unmanaged<OpenJPEGSource>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(_ buffer: UnsafeMutableRawPointer, _ size: OPJ_SIZE_T) -> OPJ_SIZE_T {
    let count = min(Int(size), bytes.count - position)
    guard count > 0 else { return Self.end }
    bytes.withUnsafeBytes { input in
      guard let base = input.baseAddress else { return }
      buffer.copyMemory(from: base + position, byteCount: count)
    }
    position += count
    return OPJ_SIZE_T(count)
  }

  private func skip(_ count: Int) -> OPJ_OFF_T {
    guard count >= 0, position < bytes.count || count == 0 else { return -1 }
    let step = min(count, bytes.count - position)
    position += step
    return OPJ_OFF_T(step)
  }

  private func seek(_ offset: Int) -> Bool {
    guard offset >= 0, offset <= bytes.count else { return false }
    position = offset
    return true
  }
}

/// Collects what OpenJPEG says about a stream. Must outlive the codec that it is attached to.
final class OpenJPEGMessages {
  private(set) var text = ""

  func attach(_ codec: UnsafeMutablePointer<opj_codec_t?>) {
    opj_set_error_handler(
      codec,
      { message, context in
        guard let message, let context else { return }
        Unmanaged<OpenJPEGMessages>.fromOpaque(context).takeUnretainedValue().add(String(cString: message))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Keeps the first message, which names the cause.
  private func add(_ message: String) {
    if text.isEmpty { text = message.filter { $0 != "\n" } }
  }
}
