// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A waveform object of any kind: ECG, haemodynamics, audio, respiration (PS3.3 §A.34).
public struct Waveform: Sendable, Hashable {
  public var sopClass: UID
  public var context: ObjectContext
  /// A value of DT.
  public var acquisitionDateTime: String
  public var groups: [MultiplexGroup]
  public var annotations: [WaveformAnnotation]

  public init(
    sopClass: UID, context: ObjectContext, acquisitionDateTime: String, groups: [MultiplexGroup],
    annotations: [WaveformAnnotation] = []
  ) {
    self.sopClass = sopClass
    self.context = context
    self.acquisitionDateTime = acquisitionDateTime
    self.groups = groups
    self.annotations = annotations
  }

  /// Reads a waveform object.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    guard dataSet[.waveformSequence] != nil else {
      throw ObjectError(.missing, .waveformSequence, "the object is no waveform")
    }
    sopClass = dataSet.uid(.sopClassUID) ?? ""
    context = ObjectContext(dataSet)
    acquisitionDateTime = dataSet.string(.acquisitionDateTime) ?? ""
    groups = dataSet.items(.waveformSequence).compactMap { MultiplexGroup($0) }
    annotations = dataSet.items(.waveformAnnotationSequence).compactMap { WaveformAnnotation($0) }
  }

  /// What a SOP class allows (PS3.3 §A.34.3.4 and its kin).
  private struct Constraint {
    let modality: String
    let groups: ClosedRange<Int>
    let channels: ClosedRange<Int>
    let frequency: ClosedRange<Double>
    let interpretations: Set<MultiplexGroup.Interpretation>
  }

  private static let constraints: [UID: Constraint] = [
    .twelveLeadECGWaveformStorage: Constraint(
      modality: "ECG", groups: 1...5, channels: 1...13, frequency: 200...1000, interpretations: [.signed16]),
    .generalECGWaveformStorage: Constraint(
      modality: "ECG", groups: 1...4, channels: 1...24, frequency: 200...1000, interpretations: [.signed16]),
    .ambulatoryECGWaveformStorage: Constraint(
      modality: "ECG", groups: 1...1, channels: 1...12, frequency: 50...1000, interpretations: [.signed8, .signed16]),
    .general32bitECGWaveformStorage: Constraint(
      modality: "ECG", groups: 1...4, channels: 1...24, frequency: 1...1_000_000, interpretations: [.signed32]),
    .hemodynamicWaveformStorage: Constraint(
      modality: "HD", groups: 1...4, channels: 1...8, frequency: 1...400, interpretations: [.signed16]),
    .basicVoiceAudioWaveformStorage: Constraint(
      modality: "AU", groups: 1...1, channels: 1...2, frequency: 8000...8000,
      interpretations: [.unsigned8, .muLaw, .aLaw]),
  ]

  private func check() throws(ObjectError) {
    guard let constraint = Self.constraints[sopClass] else {
      throw ObjectError(.wrongClass, .sopClassUID, "waveforms of SOP class \(sopClass) are not written")
    }
    guard constraint.groups.contains(groups.count) else {
      throw ObjectError(.invalid, .waveformSequence, "\(groups.count) groups, from \(constraint.groups) are allowed")
    }
    for (index, group) in groups.enumerated() {
      let path = "WaveformSequence[\(index)]"
      guard constraint.channels.contains(group.channels.count) else {
        throw ObjectError(
          .invalid, .numberOfWaveformChannels, in: path,
          "\(group.channels.count) channels, from \(constraint.channels) are allowed")
      }
      guard constraint.frequency.contains(group.samplingFrequency) else {
        throw ObjectError(
          .invalid, .samplingFrequency, in: path,
          "\(group.samplingFrequency) Hz, from \(constraint.frequency) are allowed")
      }
      guard constraint.interpretations.contains(group.interpretation) else {
        throw ObjectError(
          .invalid, .waveformSampleInterpretation, in: path, "\(group.interpretation.rawValue) is not allowed")
      }
    }
  }

  /// The data set.
  public func dataSet() throws(ObjectError) -> DataSet {
    try check()
    var object = AttributeWriter()
    let modality = Self.constraints[sopClass]?.modality ?? "OT"
    try context.write(&object, ObjectContext.Form(sopClass: sopClass, modality: modality))
    try object.set(.acquisitionDateTime, acquisitionDateTime, .type1)
    try object.set(.acquisitionContextSequence, items: [], .type2)
    try object.set(.waveformSequence, groups, .type1) { (group, path) throws(ObjectError) in
      try group.dataSet(path: path)
    }
    try object.set(.waveformAnnotationSequence, annotations, .type3) { (annotation, path) throws(ObjectError) in
      try annotation.dataSet(path: path)
    }
    return object.dataSet
  }

  /// The leads of a 12-lead ECG in their usual order (CID 3001).
  public static let twelveLeads: [CodedConcept] = [
    ("2:1", "I"), ("2:2", "II"), ("2:61", "III"), ("2:62", "aVR"), ("2:63", "aVL"), ("2:64", "aVF"), ("2:3", "V1"),
    ("2:4", "V2"), ("2:5", "V3"), ("2:6", "V4"), ("2:7", "V5"), ("2:8", "V6"),
  ].map { CodedConcept($0.0, "MDC", "Lead \($0.1)") }

  /// A resting 12-lead ECG.
  /// - Parameters:
  ///   - samplingFrequency: from 200 to 1000 Hz.
  ///   - leads: stored samples of I, II, III, aVR, aVL, aVF, V1 to V6.
  ///   - microvolts: of one step of the samples.
  public static func twelveLeadECG(
    context: ObjectContext, acquisitionDateTime: String, samplingFrequency: Double, leads: [[Int]],
    microvolts: Double, annotations: [WaveformAnnotation] = []
  ) throws(ObjectError) -> Waveform {
    guard leads.count == twelveLeads.count else {
      throw ObjectError(.invalid, .numberOfWaveformChannels, "a 12-lead ECG has 12 leads, not \(leads.count)")
    }
    let channels = twelveLeads.map { lead in
      WaveformChannel(source: lead, label: lead.meaning, sensitivity: .init(microvolts, .unit("uV", "microvolt")))
    }
    let group = try MultiplexGroup(
      label: "RHYTHM", samplingFrequency: samplingFrequency, channels: channels, samples: leads)
    return Waveform(
      sopClass: .twelveLeadECGWaveformStorage, context: context, acquisitionDateTime: acquisitionDateTime,
      groups: [group], annotations: annotations)
  }
}
