// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit
import Testing

@Suite struct WaveformTests {
  static func ecg() throws -> Waveform {
    let leads = (0..<12).map { lead in (0..<500).map { ($0 * (lead + 1)) % 2000 - 1000 } }
    var waveform = try Waveform.twelveLeadECG(
      context: Samples.context(51), acquisitionDateTime: "20240229101112", samplingFrequency: 500, leads: leads,
      microvolts: 2.5,
      annotations: [
        WaveformAnnotation(.text("Sinus rhythm")),
        WaveformAnnotation(
          .number(CodedConcept("2:15872", "MDC", "QT interval"), NumericValue(400, .unit("ms", "ms"))),
          channels: [.init(group: 1, channel: 2)],
          time: TemporalCoordinates(.segment, .samples([10, 210])), group: 1),
        WaveformAnnotation(
          .code(CodedConcept("121071", "DCM", "Finding"), value: CodedConcept("64730000", "SCT", "Normal sinus rhythm"))
        ),
      ])
    waveform.groups[0].channels[0].filterHigh = 150
    return waveform
  }

  static func voice(_ interpretation: MultiplexGroup.Interpretation) throws -> Waveform {
    let channel = WaveformChannel(
      source: CodedConcept("110500", "DCM", "Doppler audio"), label: "Voice", sensitivity: nil, bitsStored: 8)
    let group = try MultiplexGroup(
      label: "", samplingFrequency: 8000, channels: [channel], samples: [[0, 0x80, 0xFF, 0x7F, 0x55]],
      interpretation: interpretation)
    return Waveform(
      sopClass: .basicVoiceAudioWaveformStorage, context: Samples.context(52), acquisitionDateTime: "20240229",
      groups: [group])
  }

  @Test func anECGReadsAsItWasBuilt() throws {
    let waveform = try Self.ecg()
    let read = try Waveform(Samples.reread(waveform.dataSet()))
    #expect(read.groups[0].channels == waveform.groups[0].channels)
    #expect(read.groups[0].sampleCount == 500 && read.groups[0].duration == 1)
    for channel in 0..<12 { #expect(read.groups[0].samples(channel) == waveform.groups[0].samples(channel)) }
    #expect(read.groups[0].values(0)[1] == -2497.5)
    #expect(read.annotations.map(\.content) == waveform.annotations.map(\.content))
    #expect(read.annotations[1].time == waveform.annotations[1].time)
  }

  /// Values of ITU-T G.711, tables 1 and 2.
  @Test func audioIsMadeLinear() throws {
    #expect(try Self.voice(.muLaw).groups[0].values(0) == [-32_124, 32_124, 0, 0, -716])
    #expect(try Self.voice(.aLaw).groups[0].values(0).prefix(2) == [-5504, 5504])
  }

  @Test func paddingIsNoValue() throws {
    let channel = WaveformChannel(
      source: Waveform.twelveLeads[0], sensitivity: .init(2, .unit("uV"), correction: 0.5, baseline: 10))
    let group = try MultiplexGroup(
      label: "", samplingFrequency: 200, channels: [channel], samples: [[-32_768, 5]], padding: -32_768)
    #expect(group.values(0)[0].isNaN && group.values(0)[1] == 15)
  }

  @Test func limitsOfTheClassAreKept() throws {
    var waveform = try Self.ecg()
    waveform.groups[0].samplingFrequency = 100
    let slow = #expect(throws: ObjectError.self) { try waveform.dataSet() }
    #expect(slow?.path == "WaveformSequence[0].SamplingFrequency")
    waveform = try Self.ecg()
    waveform.sopClass = .ctImageStorage
    #expect(throws: ObjectError.self) { try waveform.dataSet() }
    #expect(throws: ObjectError.self) {
      try MultiplexGroup(
        label: "", samplingFrequency: 1, channels: waveform.groups[0].channels, samples: [[1], [1, 2]])
    }
    #expect(throws: ObjectError.self) {
      try Waveform.twelveLeadECG(
        context: Samples.context(), acquisitionDateTime: "2024", samplingFrequency: 500,
        leads: [[Int]](repeating: [40_000], count: 12), microvolts: 1)
    }
  }

  static let files = Corpus.files().filter { entry in
    (entry.text("sop_class") ?? "").hasPrefix("1.2.840.10008.5.1.4.1.1.9.") && !entry.id.hasPrefix("synthetic/sop")
  }

  @Test(arguments: files)
  func realWaveformsRead(_ entry: Corpus.Entry) throws {
    let waveform = try Waveform(Part10File.read(entry.bytes()).dataSet)
    #expect(!waveform.groups.isEmpty)
    for group in waveform.groups {
      #expect(group.sampleCount > 0 && !group.channels.isEmpty && group.samplingFrequency > 0)
      #expect(group.values(group.channels.count - 1).count == group.sampleCount)
    }
  }
}
