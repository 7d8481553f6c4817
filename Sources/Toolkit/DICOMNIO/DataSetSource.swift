// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import NIOPosix

/// Encoded data set bytes that are fetched piece by piece while they are sent.
public protocol DataSetSource: Sendable {
  var byteCount: Int64 { get }
  /// The bytes of a range, all of them.
  func read(_ range: Range<Int64>) async throws -> ByteSlice
}

extension ByteSlice: DataSetSource {
  public var byteCount: Int64 { Int64(count) }
  /// Bytes of a range of the data set.
  public func read(_ range: Range<Int64>) async throws -> ByteSlice {
    self[Int(range.lowerBound)..<Int(range.upperBound)]
  }
}

/// A range of a file, read on NIO's thread pool.
public final class FileDataSetSource: DataSetSource {
  /// What the operating system says against a file.
  public struct FileError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let errorNumber: Int32

    public var description: String {
      errorNumber == 0 ? "\(path): shorter than before" : "\(path): \(String(cString: strerror(errorNumber)))"
    }
  }

  public let path: String
  public let byteCount: Int64
  private let offset: Int64
  private let descriptor: Int32

  /// - Parameter offset: where the data set begins; it goes to the end of the file.
  public init(path: String, offset: Int64) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, errorNumber: errno) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= offset else {
      let number = end < 0 ? errno : 0
      close(descriptor)
      throw FileError(path: path, errorNumber: number)
    }
    self.path = path
    self.offset = offset
    byteCount = Int64(end) - offset
  }

  deinit { close(descriptor) }

  public func read(_ range: Range<Int64>) async throws -> ByteSlice {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      var failure: Int32?
      let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
        let space = UnsafeMutableRawBufferPointer(buffer)
        while initialized < range.count, failure == nil {
          let part = UnsafeMutableRawBufferPointer(rebasing: space[initialized...])
          let count = pread(descriptor, part.baseAddress, part.count, off_t(offset + range.lowerBound) + initialized)
          if count > 0 {
            initialized += count
          } else if count == 0 {
            failure = 0
          } else if errno != EINTR {
            failure = errno
          }
        }
      }
      if let failure { throw FileError(path: path, errorNumber: failure) }
      return ByteSlice(bytes)
    }
  }
}
