// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// How to read a model, and how far.
public struct ModelDecodingOptions {
  /// Nesting of sequences. Real objects stay below 20; the threads of every platform have the stack to free so many.
  public static let defaultDepth = 340

  /// Finds the bytes behind a URI. Nil, and the value is empty. Those of encapsulated pixel data, an
  /// `EncapsulatedValue`, become fragments.
  public var bulkData: (String) throws(ReadError) -> ByteSlice?
  /// Sequences in sequences that are read.
  public var depth: Int

  public init(
    depth: Int = defaultDepth, bulkData: @escaping (String) throws(ReadError) -> ByteSlice? = { _ in nil }
  ) {
    self.depth = depth
    self.bulkData = bulkData
  }
}
