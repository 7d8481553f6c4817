// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// How an object is called (Content Identification macro, PS3.3 §10.9).
public struct ContentIdentification: Sendable, Hashable {
  /// Upper case letters, digits, space and underscore, at most 16.
  public var label: String
  public var description: String
  public var creator: String

  public init(label: String, description: String = "", creator: String = "") {
    self.label = label
    self.description = description
    self.creator = creator
  }

  init(_ dataSet: DataSet) {
    label = dataSet.string(.contentLabel) ?? ""
    description = dataSet.string(.contentDescription) ?? ""
    creator = dataSet.string(.contentCreatorName) ?? ""
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    try object.set(.contentLabel, label, .type1)
    try object.set(.contentDescription, description, .type2)
    try object.set(.contentCreatorName, creator, .type2)
  }
}
