// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// How data sets are brought into another transfer syntax.
public struct TranscodingOptions: Sendable {
  /// How the frames of encapsulated pixel data are found (PS3.5 §A.4).
  public enum OffsetTable: String, Sendable, CaseIterable {
    /// Basic Offset Table; the extended one where its 32 bits do not suffice.
    case basic
    /// Extended Offset Table (7FE0,0001).
    case extended
    /// An empty Basic Offset Table.
    case none
  }

  public var encoding: EncodingOptions
  public var offsetTable: OffsetTable
  /// Decodes what was written and compares it with what was read.
  public var verifies: Bool
  /// Greatest difference of a sample after lossy compression; nil sets no bound. Near-lossless JPEG-LS is always held
  /// to its own.
  public var maximumError: Int?
  /// Least peak signal-to-noise ratio after lossy compression, in dB of the full range of Bits Stored.
  public var minimumPeakSignalToNoise: Double
  /// Frames that are worked on at a time.
  public var workers: Int
  /// Gives lossy images their new SOP Instance UID.
  public var newUID: @Sendable () -> UID
  public var codecs: CodecRegistry

  public init(
    encoding: EncodingOptions = EncodingOptions(), offsetTable: OffsetTable = .basic, verifies: Bool = true,
    maximumError: Int? = nil, minimumPeakSignalToNoise: Double = 20, workers: Int = 2,
    codecs: CodecRegistry = .standard, newUID: @escaping @Sendable () -> UID = { UID.random() }
  ) {
    self.encoding = encoding
    self.offsetTable = offsetTable
    self.verifies = verifies
    self.maximumError = maximumError
    self.minimumPeakSignalToNoise = minimumPeakSignalToNoise
    self.workers = max(workers, 1)
    self.codecs = codecs
    self.newUID = newUID
  }
}
