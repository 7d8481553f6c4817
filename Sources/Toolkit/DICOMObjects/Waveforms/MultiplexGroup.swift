// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Channels that are sampled together (an item of Waveform Sequence, PS3.3 §C.10.9).
public struct MultiplexGroup: Sendable, Hashable {
  /// Waveform Sample Interpretation: how a sample is stored.
  public enum Interpretation: String, Sendable, Hashable, CaseIterable {
    case signed8 = "SB"
    case unsigned8 = "UB"
    /// µ-law, 8 bits.
    case muLaw = "MB"
    /// A-law, 8 bits.
    case aLaw = "AB"
    case signed16 = "SS"
    case unsigned16 = "US"
    case signed32 = "SL"
    case unsigned32 = "UL"
    case signed64 = "SV"
    case unsigned64 = "UV"

    /// Bytes of a sample.
    public var size: Int {
      switch self {
      case .signed8, .unsigned8, .muLaw, .aLaw: 1
      case .signed16, .unsigned16: 2
      case .signed32, .unsigned32: 4
      case .signed64, .unsigned64: 8
      }
    }

    /// The stored values that fit.
    var range: ClosedRange<Int> {
      switch self {
      case .signed8: -0x80...0x7F
      case .unsigned8, .muLaw, .aLaw: 0...0xFF
      case .signed16: -0x8000...0x7FFF
      case .unsigned16: 0...0xFFFF
      case .signed32: -0x8000_0000...0x7FFF_FFFF
      case .unsigned32: 0...0xFFFF_FFFF
      case .signed64: Int.min...Int.max
      case .unsigned64: 0...Int.max
      }
    }
  }

  public var label: String
  /// Samples per second.
  public var samplingFrequency: Double
  public var isOriginal: Bool
  /// In ms from the start of the acquisition.
  public var timeOffset: Double?
  public var channels: [WaveformChannel]
  public var interpretation: Interpretation
  /// The stored value of samples that were not measured.
  public var padding: Int?
  /// Samples of the channels one after another, sample by sample.
  private let data: ByteSlice
  private let byteOrder: ByteOrder

  /// Makes a group of stored samples by channel.
  /// - Throws: `invalid` where channels differ in length, or samples do not fit.
  public init(
    label: String, samplingFrequency: Double, channels: [WaveformChannel], samples: [[Int]],
    interpretation: Interpretation = .signed16, padding: Int? = nil, timeOffset: Double? = nil
  ) throws(ObjectError) {
    guard let first = samples.first, samples.count == channels.count else {
      throw ObjectError(.invalid, .waveformData, "\(samples.count) rows of samples for \(channels.count) channels")
    }
    guard samples.allSatisfy({ $0.count == first.count }) else {
      throw ObjectError(.invalid, .numberOfWaveformSamples, "all channels have the same number of samples")
    }
    for row in samples {
      if let sample = row.first(where: { !interpretation.range.contains($0) }) {
        throw ObjectError(.invalid, .waveformData, "the sample \(sample) does not fit into \(interpretation.rawValue)")
      }
    }
    self.label = label
    self.samplingFrequency = samplingFrequency
    isOriginal = true
    self.timeOffset = timeOffset
    self.channels = channels
    self.interpretation = interpretation
    self.padding = padding
    var bytes: [UInt8] = []
    bytes.reserveCapacity(first.count * channels.count * interpretation.size)
    for index in first.indices {
      for row in samples { Self.append(row[index], interpretation.size, &bytes) }
    }
    data = ByteSlice(bytes)
    byteOrder = .littleEndian
  }

  /// Reads an item of Waveform Sequence; nil where its samples are of an unknown kind.
  init?(_ item: DataSet) {
    guard let interpretation = item.string(.waveformSampleInterpretation).flatMap({ Interpretation(rawValue: $0) })
    else { return nil }
    let frequency = item.double(.samplingFrequency) ?? 0
    label = item.string(.multiplexGroupLabel) ?? ""
    samplingFrequency = frequency
    isOriginal = item.string(.waveformOriginality) != "DERIVED"
    timeOffset = item.double(.multiplexGroupTimeOffset)
    channels = item.items(.channelDefinitionSequence).map { WaveformChannel($0, frequency: frequency) }
    self.interpretation = interpretation
    data = item.bytes(.waveformData) ?? .empty
    byteOrder = item.byteOrder
    if let bytes = item.bytes(.waveformPaddingValue), bytes.count >= interpretation.size {
      padding = bytes.withUnsafeBytes { Self.load($0, 0, interpretation, item.byteOrder) }
    }
  }

  /// Samples of each channel.
  public var sampleCount: Int {
    channels.isEmpty ? 0 : data.count / (channels.count * interpretation.size)
  }

  /// Seconds that the group lasts.
  public var duration: Double { samplingFrequency > 0 ? Double(sampleCount) / samplingFrequency : 0 }

  /// Stored samples of a channel, counted from 0.
  public func samples(_ channel: Int) -> [Int] {
    precondition(channels.indices.contains(channel))
    let size = interpretation.size
    let stride = channels.count * size
    return data.withUnsafeBytes { buffer in
      (0..<sampleCount).map { Self.load(buffer, $0 * stride + channel * size, interpretation, byteOrder) }
    }
  }

  /// Physical values of a channel in the units of its sensitivity, or linear audio samples; NaN where nothing was
  /// measured (PS3.3 §C.10.9.1.4.2).
  public func values(_ channel: Int) -> [Double] {
    let sensitivity = channels[channel].sensitivity
    let slope = (sensitivity?.value ?? 1) * (sensitivity?.correction ?? 1)
    let offset = sensitivity?.baseline ?? 0
    return samples(channel).map { stored in
      stored == padding ? .nan : Double(linear(stored)) * slope + offset
    }
  }

  /// Audio samples as linear ones (ITU-T G.711), all others as they are.
  private func linear(_ stored: Int) -> Int {
    switch interpretation {
    case .muLaw:
      let code = ~stored & 0xFF
      let magnitude = ((code & 0x0F) << 3 + 0x84) << (code >> 4 & 7) - 0x84
      return code & 0x80 != 0 ? -magnitude : magnitude
    case .aLaw:
      let code = stored ^ 0x55
      let exponent = code >> 4 & 7
      let mantissa = (code & 0x0F) << 4 + 8
      let magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
      return code & 0x80 != 0 ? magnitude : -magnitude
    default: return stored
    }
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    guard samplingFrequency > 0 else {
      throw ObjectError(.invalid, .samplingFrequency, in: path, "a frequency above 0 Hz")
    }
    try item.set(.multiplexGroupTimeOffset, timeOffset, .type3)
    try item.set(.waveformOriginality, isOriginal ? "ORIGINAL" : "DERIVED", .type1)
    try item.set(.numberOfWaveformChannels, channels.count, .type1)
    try item.set(.numberOfWaveformSamples, sampleCount, .type1)
    try item.set(.samplingFrequency, samplingFrequency, .type1)
    try item.set(.multiplexGroupLabel, label, .type3)
    var definitions: [DataSet] = []
    for (index, channel) in channels.enumerated() {
      definitions.append(
        try channel.dataSet(path: item.path(.channelDefinitionSequence, index), number: index + 1))
    }
    try item.set(.channelDefinitionSequence, items: definitions, .type1)
    try item.set(.waveformBitsAllocated, interpretation.size * 8, .type1)
    try item.set(.waveformSampleInterpretation, interpretation.rawValue, .type1)
    let vr: VR = interpretation.size == 1 ? .OB : .OW
    if let padding {
      var bytes: [UInt8] = []
      Self.append(padding, interpretation.size, &bytes)
      try item.set(.waveformPaddingValue, vr: vr, bytes, .type1)
    }
    var bytes: [UInt8] = []
    for index in 0..<sampleCount {
      for channel in channels.indices {
        let stored = data.withUnsafeBytes {
          Self.load(
            $0, (index * channels.count + channel) * interpretation.size, interpretation, byteOrder)
        }
        Self.append(stored, interpretation.size, &bytes)
      }
    }
    try item.set(.waveformData, vr: vr, bytes, .type1)
    return item.dataSet
  }

  private static func append(_ value: Int, _ size: Int, _ bytes: inout [UInt8]) {
    for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  private static func load(
    _ buffer: UnsafeRawBufferPointer, _ offset: Int, _ interpretation: Interpretation, _ byteOrder: ByteOrder
  ) -> Int {
    func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
      guard offset + MemoryLayout<Number>.size <= buffer.count else { return 0 }
      let raw = buffer.loadUnaligned(fromByteOffset: offset, as: Number.self)
      return byteOrder == .littleEndian ? Number(littleEndian: raw) : Number(bigEndian: raw)
    }
    return switch interpretation {
    case .signed8: Int(number(Int8.self))
    case .unsigned8, .muLaw, .aLaw: Int(number(UInt8.self))
    case .signed16: Int(number(Int16.self))
    case .unsigned16: Int(number(UInt16.self))
    case .signed32: Int(number(Int32.self))
    case .unsigned32: Int(number(UInt32.self))
    case .signed64: Int(number(Int64.self))
    case .unsigned64: Int(clamping: number(UInt64.self))
    }
  }
}
