// SPDX-License-Identifier: Apache-2.0

/// A study as documents refer to it.
public struct ImagingStudy: Sendable, Hashable {
  public var uid: String
  public var accession: Identifier
  public var started: DateTime?
  public var description: String
  public var series: [ImagingSeries]

  public init(
    uid: String, accession: Identifier = Identifier(""), started: DateTime? = nil, description: String = "",
    series: [ImagingSeries] = []
  ) {
    self.uid = uid
    self.accession = accession
    self.started = started
    self.description = description
    self.series = series
  }

  /// Modalities of the series, each once.
  public var modalities: [String] {
    series.reduce(into: []) { if !$1.modality.isEmpty, !$0.contains($1.modality) { $0.append($1.modality) } }
  }
}

/// A series of an imaging study.
public struct ImagingSeries: Sendable, Hashable {
  public var uid: String
  public var number: Int?
  public var modality: String
  public var description: String
  public var instances: [ImagingInstance]

  public init(
    uid: String, number: Int? = nil, modality: String, description: String = "", instances: [ImagingInstance] = []
  ) {
    self.uid = uid
    self.number = number
    self.modality = modality
    self.description = description
    self.instances = instances
  }
}

/// An object of a series.
public struct ImagingInstance: Sendable, Hashable {
  public var uid: String
  public var sopClass: String
  public var number: Int?

  public init(uid: String, sopClass: String, number: Int? = nil) {
    self.uid = uid
    self.sopClass = sopClass
    self.number = number
  }
}
