// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A Query/Retrieve information model (PS3.4 §C.3, §C.6).
public enum QueryRetrieveModel: String, Sendable, CaseIterable {
  case patientRoot
  case studyRoot

  public var levels: [QueryRetrieveLevel] {
    self == .patientRoot ? QueryRetrieveLevel.allCases : [.study, .series, .image]
  }

  public var findSOPClass: UID {
    self == .patientRoot
      ? .patientRootQueryRetrieveInformationModelFind : .studyRootQueryRetrieveInformationModelFind
  }
  public var moveSOPClass: UID {
    self == .patientRoot
      ? .patientRootQueryRetrieveInformationModelMove : .studyRootQueryRetrieveInformationModelMove
  }
  public var getSOPClass: UID {
    self == .patientRoot ? .patientRootQueryRetrieveInformationModelGet : .studyRootQueryRetrieveInformationModelGet
  }

  /// The model of a FIND, MOVE or GET SOP class.
  public init?(sopClass: UID) {
    let model = Self.allCases.first { [$0.findSOPClass, $0.moveSOPClass, $0.getSOPClass].contains(sopClass) }
    guard let model else { return nil }
    self = model
  }
}

/// Query/Retrieve Level (0008,0052) (PS3.4 §C.6).
public enum QueryRetrieveLevel: String, Sendable, CaseIterable, Comparable {
  case patient = "PATIENT"
  case study = "STUDY"
  case series = "SERIES"
  case image = "IMAGE"

  private var depth: Int {
    switch self {
    case .patient: 0
    case .study: 1
    case .series: 2
    case .image: 3
    }
  }

  public static func < (left: QueryRetrieveLevel, right: QueryRetrieveLevel) -> Bool { left.depth < right.depth }

  /// The unique key of the level.
  public var uniqueKey: Tag {
    switch self {
    case .patient: .patientID
    case .study: .studyInstanceUID
    case .series: .seriesInstanceUID
    case .image: .sopInstanceUID
    }
  }
}
