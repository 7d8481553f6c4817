// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Rules for an item by the kind of macro that it is.
  mutating func checkItem(_ item: DataSet, in sequence: Tag) {
    if item[.codingSchemeDesignator] != nil { checkCode(item, in: sequence) }
    if sequence == .directoryRecordSequence { checkDirectoryRecord(item) }
    if sequence == .waveformSequence { checkWaveform(item) }
  }

  /// The code sequence macro (PS3.3 §8.8).
  private mutating func checkCode(_ item: DataSet, in sequence: Tag) {
    guard let scheme = item.string(.codingSchemeDesignator) else { return }
    if ["SRT", "SNM3", "99SDM"].contains(scheme) {
      report(
        .codingScheme, .warning, .codingSchemeDesignator, clause: "PS3.16 8",
        "Coding scheme \(scheme) is retired; SNOMED CT is SCT.")
    }
    if !scheme.hasPrefix("99"), !TermLists.schemes.contains(scheme) {
      report(
        .definedTerm, .warning, .codingSchemeDesignator, clause: "PS3.16 8",
        "\(quoted(scheme.utf8)) is no coding scheme of PS3.16; the names of private ones begin with 99.")
    }
    if sequence == .measurementUnitsCodeSequence, scheme != "UCUM" {
      report(
        .codingScheme, .warning, .codingSchemeDesignator, clause: "PS3.3 C.18.1",
        "Units are coded in UCUM, not \(scheme).")
    }
  }

  /// Channels and samples of a multiplex group (PS3.3 §C.10.9).
  private mutating func checkWaveform(_ group: DataSet) {
    guard let channels = group.integer(.numberOfWaveformChannels) else { return }
    let defined = group.items(.channelDefinitionSequence).count
    if defined != channels {
      report(
        .itemCount, .error, .channelDefinitionSequence, clause: "PS3.3 C.10.9",
        "ChannelDefinitionSequence has \(defined) items; NumberOfWaveformChannels is \(channels).")
    }
    guard let samples = group.integer(.numberOfWaveformSamples), let bits = group.integer(.waveformBitsAllocated),
      let bytes = group.bytes(.waveformData), (1...64).contains(bits), (1...1 << 32).contains(samples),
      (1...1 << 16).contains(channels)
    else { return }
    let expected = channels * samples * (bits / 8)
    if bytes.count != expected, bytes.count != expected + expected % 2 {
      report(
        .inconsistentValues, .error, .waveformData, clause: "PS3.3 C.10.9",
        "WaveformData has \(bytes.count) bytes; channels, samples and bits make \(expected).")
    }
  }

  /// Sequences that have one item at most, or at least.
  mutating func checkItemCount(_ element: DataElement, _ count: Int, _ uses: [Use], _ parent: Tag?) {
    if count == 0, ItemCountTable.notEmpty.contains(element.tag) {
      report(
        .itemCount, .error, element.tag, module: uses.first?.module,
        "\(Self.label(element.tag)) has no item; it is absent, or has one or more.")
    }
    guard count > 1, ItemCountTable.single.contains(element.tag) else { return }
    report(
      .itemCount, .error, element.tag, module: uses.first?.module,
      "\(Self.label(element.tag)) has \(count) items; the standard allows one.")
  }
}
