// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A channel of a multiplex group (Channel Definition Sequence, PS3.3 §C.10.9.1.4).
public struct WaveformChannel: Sendable, Hashable {
  /// From stored samples to physical values.
  public struct Sensitivity: Sendable, Hashable {
    /// Units of one step of the samples.
    public var value: Double
    public var unit: CodedConcept
    /// Channel Sensitivity Correction Factor.
    public var correction: Double
    /// The physical value of sample 0, in `unit`.
    public var baseline: Double

    public init(_ value: Double, _ unit: CodedConcept, correction: Double = 1, baseline: Double = 0) {
      self.value = value
      self.unit = unit
      self.correction = correction
      self.baseline = baseline
    }
  }

  /// What is recorded, such as a lead (CID 3001).
  public var source: CodedConcept
  public var label: String
  /// Nil where the samples have no units.
  public var sensitivity: Sensitivity?
  /// Seconds between the first sample of the group and that of the channel.
  public var timeSkew: Double
  public var bitsStored: Int
  /// 3 dB points in Hz.
  public var filterLow: Double?
  public var filterHigh: Double?
  /// In Hz.
  public var notchFilter: Double?

  public init(
    source: CodedConcept, label: String = "", sensitivity: Sensitivity?, bitsStored: Int = 16, timeSkew: Double = 0,
    filterLow: Double? = nil, filterHigh: Double? = nil, notchFilter: Double? = nil
  ) {
    self.source = source
    self.label = label
    self.sensitivity = sensitivity
    self.bitsStored = bitsStored
    self.timeSkew = timeSkew
    self.filterLow = filterLow
    self.filterHigh = filterHigh
    self.notchFilter = notchFilter
  }

  /// - Parameter frequency: samples per second, for a skew that is given in samples.
  init(_ item: DataSet, frequency: Double) {
    source = CodedConcept(item, .channelSourceSequence) ?? CodedConcept("", "", item.string(.channelLabel) ?? "Channel")
    label = item.string(.channelLabel) ?? ""
    bitsStored = item.integer(.waveformBitsStored) ?? 0
    if let value = item.double(.channelSensitivity), let unit = CodedConcept(item, .channelSensitivityUnitsSequence) {
      sensitivity = Sensitivity(
        value, unit, correction: item.double(.channelSensitivityCorrectionFactor) ?? 1,
        baseline: item.double(.channelBaseline) ?? 0)
    }
    let samples = item.double(.channelSampleSkew) ?? 0
    timeSkew = item.double(.channelTimeSkew) ?? (frequency > 0 ? samples / frequency : 0)
    filterLow = item.double(.filterLowFrequency)
    filterHigh = item.double(.filterHighFrequency)
    notchFilter = item.double(.notchFilterFrequency)
  }

  func dataSet(path: String, number: Int) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.waveformChannelNumber, number, .type3)
    try item.set(.channelLabel, label, .type3)
    try item.set(.channelSourceSequence, code: source, .type1)
    if let sensitivity {
      try item.set(.channelSensitivity, sensitivity.value, .type1)
      try item.set(.channelSensitivityUnitsSequence, code: sensitivity.unit, .type1)
      try item.set(.channelSensitivityCorrectionFactor, sensitivity.correction, .type1)
      try item.set(.channelBaseline, sensitivity.baseline, .type1)
    }
    try item.set(.channelTimeSkew, timeSkew, .type1)
    try item.set(.waveformBitsStored, bitsStored, .type1)
    try item.set(.filterLowFrequency, filterLow, .type3)
    try item.set(.filterHighFrequency, filterHigh, .type3)
    try item.set(.notchFilterFrequency, notchFilter, .type3)
    return item.dataSet
  }
}
