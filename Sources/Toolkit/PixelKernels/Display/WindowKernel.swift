// SPDX-License-Identifier: Apache-2.0

/// Applies a grey table to stored samples: one look-up a sample, whatever the function of the window.
public enum WindowKernel {
  /// How a sample is stored.
  public enum Sample: UInt8, Sendable {
    case unsigned8
    case signed8
    case unsigned16
    case signed16

    /// Bytes of a sample.
    public var byteCount: Int { rawValue < Sample.unsigned16.rawValue ? 1 : 2 }
    /// The least value that it can have.
    public var least: Int { self == .signed8 ? -128 : self == .signed16 ? -32_768 : 0 }
    /// Entries of a table for all its values.
    public var tableCount: Int { byteCount == 1 ? 256 : 65_536 }
  }

  /// Fills the entries of a table that stand for `values`.
  /// - Parameters:
  ///   - table: `sample.tableCount` entries, the first for `sample.least`; entries for other values stay as they are.
  ///   - values: stored values that can occur, for 12 of 16 bits a sixteenth of all.
  public static func fill(
    _ table: UnsafeMutableBufferPointer<UInt8>, _ sample: Sample, values: ClosedRange<Int>, _ window: GreyWindow
  ) {
    let first = max(values.lowerBound - sample.least, 0)
    let last = min(values.upperBound - sample.least, min(table.count, sample.tableCount) - 1)
    guard first <= last, let entries = table.baseAddress else { return }
    for entry in first...last { entries[entry] = window(Double(entry + sample.least)) }
  }

  /// Looks every sample up.
  /// - Parameters:
  ///   - samples: whole samples, little endian, aligned to a sample.
  ///   - table: `sample.tableCount` entries, the first for `sample.least`.
  ///   - output: a byte for each sample.
  public static func apply(
    _ samples: UnsafeRawBufferPointer, _ sample: Sample, table: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    let count = min(samples.count / sample.byteCount, output.count)
    guard table.count >= sample.tableCount, count > 0, let source = samples.baseAddress,
      let target = output.baseAddress,
      let entries = table.baseAddress
    else { return }
    switch sample {
    case .unsigned8:
      let values = source.assumingMemoryBound(to: UInt8.self)
      for index in 0..<count { target[index] = entries[Int(values[index])] }
    case .signed8:
      let values = source.assumingMemoryBound(to: Int8.self)
      for index in 0..<count { target[index] = entries[Int(values[index]) &+ 128] }
    case .unsigned16:
      let values = source.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count { target[index] = entries[Int(values[index])] }
    case .signed16:
      let values = source.assumingMemoryBound(to: Int16.self)
      for index in 0..<count { target[index] = entries[Int(values[index]) &+ 32_768] }
    }
  }
}
