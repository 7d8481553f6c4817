// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore

/// What became of the images that rules wanted compressed.
public struct CompressionSummary: Sendable, Equatable {
  /// Images that were compressed, and the bytes that this saved.
  public private(set) var compressed = 0
  public private(set) var savedBytes: Int64 = 0
  /// How many stay as they were received, by reason.
  public private(set) var kept: [CompressionRefusal.Reason: Int] = [:]
  /// An example of each reason.
  public private(set) var examples: [CompressionRefusal.Reason: String] = [:]

  public init() {}

  mutating func add(saved: Int) {
    compressed += 1
    savedBytes += Int64(saved)
  }

  mutating func add(_ refusal: CompressionRefusal, _ instance: UID) {
    kept[refusal.reason, default: 0] += 1
    if examples[refusal.reason] == nil { examples[refusal.reason] = "\(instance.rawValue), \(refusal.detail)" }
  }

  mutating func add(_ other: CompressionSummary) {
    compressed += other.compressed
    savedBytes += other.savedBytes
    kept.merge(other.kept) { $0 + $1 }
    examples.merge(other.examples) { first, _ in first }
  }
}
