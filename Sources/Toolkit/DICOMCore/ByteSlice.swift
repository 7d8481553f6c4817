// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Immutable bytes with shared ownership: an array, a mapped file or a region that somebody else frees.
public final class ByteStorage: Sendable {
  // The pointer is only read, and freed once, by `deinit`.
  private nonisolated(unsafe) let base: UnsafeRawPointer
  /// Number of bytes.
  public let count: Int
  private let release: @Sendable (UnsafeRawPointer, Int) -> Void

  /// Takes ownership of `count` bytes at `base`; `release` is called once, when nobody refers to them any more.
  public init(
    base: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void
  ) {
    self.base = base
    self.count = count
    self.release = release
  }

  /// Copies `bytes`.
  public convenience init(copying bytes: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    if let source = bytes.baseAddress, !bytes.isEmpty {
      copy.copyMemory(from: source, byteCount: bytes.count)
    }
    self.init(base: copy, count: bytes.count) { base, _ in base.deallocate() }
  }

  deinit { release(base, count) }

  /// Calls `body` with all bytes.
  @inline(__always)
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }
}

/// A range of a `ByteStorage`. Copying it copies no bytes.
public struct ByteSlice: Sendable {
  public let storage: ByteStorage
  public let offset: Int
  public let count: Int

  public init(storage: ByteStorage, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset + count <= storage.count)
    self.storage = storage
    self.offset = offset
    self.count = count
  }

  public init(_ storage: ByteStorage) { self.init(storage: storage, offset: 0, count: storage.count) }

  /// Copies the bytes of an array.
  public init(_ bytes: [UInt8]) {
    self.init(bytes.withUnsafeBytes { ByteStorage(copying: $0) })
  }

  /// Copies a buffer.
  public init(copying bytes: UnsafeRawBufferPointer) { self.init(ByteStorage(copying: bytes)) }

  /// No bytes.
  public static let empty = ByteSlice([])

  public var isEmpty: Bool { count == 0 }

  /// The byte at `index`, counted from the start of the slice.
  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count)
    return storage.withUnsafeBytes { $0[offset + index] }
  }

  /// A part, in positions counted from the start of this slice.
  public subscript(range: Range<Int>) -> ByteSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return ByteSlice(storage: storage, offset: offset + range.lowerBound, count: range.count)
  }

  @inline(__always)
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBytes { (all) throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: all[offset..<offset + count]))
    }
  }

  /// A copy as an array.
  public var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension ByteSlice: Hashable {
  public static func == (left: ByteSlice, right: ByteSlice) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { a in
      right.withUnsafeBytes { b in
        guard let one = a.baseAddress, let other = b.baseAddress, one != other else { return true }
        return memcmp(one, other, a.count) == 0
      }
    }
  }

  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
