// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A note on a waveform: a text, a code or a measurement (Waveform Annotation module, PS3.3 §C.10.10).
public struct WaveformAnnotation: Sendable, Hashable {
  /// A text, a concept, or a measurement (PS3.3 §C.10.10).
  public enum Content: Sendable, Hashable {
    case text(String)
    /// A concept, with its value where it has one.
    case code(CodedConcept, value: CodedConcept?)
    case number(CodedConcept, NumericValue)
  }

  public var content: Content
  /// Empty means all channels.
  public var channels: [WaveformReference.Channel]
  /// When; nil means the whole waveform.
  public var time: TemporalCoordinates?
  /// Annotations with the same number belong together.
  public var group: Int?

  public init(
    _ content: Content, channels: [WaveformReference.Channel] = [], time: TemporalCoordinates? = nil,
    group: Int? = nil
  ) {
    self.content = content
    self.channels = channels
    self.time = time
    self.group = group
  }

  /// Reads an item; nil where it says nothing.
  init?(_ item: DataSet) {
    if let concept = CodedConcept(item, .conceptNameCodeSequence) {
      if let value = item.double(.numericValue), let unit = CodedConcept(item, .measurementUnitsCodeSequence) {
        content = .number(concept, NumericValue(value, unit))
      } else {
        content = .code(concept, value: CodedConcept(item, .conceptCodeSequence))
      }
    } else if let text = item.string(.unformattedTextValue) {
      content = .text(text)
    } else {
      return nil
    }
    let numbers = item.integers(.referencedWaveformChannels) ?? []
    channels = stride(from: 0, to: numbers.count - 1, by: 2).map {
      WaveformReference.Channel(group: numbers[$0], channel: numbers[$0 + 1])
    }
    time = TemporalCoordinates(item)
    group = item.integer(.annotationGroupNumber)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    switch content {
    case .text(let text): try item.set(.unformattedTextValue, text, .type1)
    case .code(let concept, let value):
      try item.set(.conceptNameCodeSequence, code: concept, .type1)
      try item.set(.conceptCodeSequence, code: value, .type3)
    case .number(let concept, let number):
      try item.set(.conceptNameCodeSequence, code: concept, .type1)
      try item.set(.numericValue, number.value, .type1)
      try item.set(.measurementUnitsCodeSequence, code: number.unit, .type1)
    }
    let referenced = channels.isEmpty ? [WaveformReference.Channel(group: 1, channel: 0)] : channels
    try item.set(.referencedWaveformChannels, referenced.flatMap { [$0.group, $0.channel] }, .type1)
    try time?.write(&item)
    try item.set(.annotationGroupNumber, group, .type3)
    return item.dataSet
  }
}
