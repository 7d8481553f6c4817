// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// What becomes of instances that arrive and meet a condition.
public struct Route: Sendable, Hashable, Codable {
  public static let maximumCount = 1000

  /// Unique.
  public var name: String
  public var isEnabled: Bool
  /// Who sent it: patterns of calling AE titles or user names; any where empty.
  public var callers: [String]
  /// Any where empty.
  public var modalities: [String]
  /// Patterns of study or series descriptions; any where empty.
  public var descriptions: [String]
  /// All must hold.
  public var tests: [AttributeTest]
  /// When it arrives; any time where nil.
  public var arrival: TimeWindow?
  /// AE titles of the nodes that get it.
  public var destinations: [String]
  /// What is changed on the way.
  public var changes: [AttributeChange]
  /// The UID of the transfer syntax that it is sent in, where the receiver takes it; empty: as it is stored.
  public var transferSyntax: String
  public var priority: JobPriority
  /// Addresses (HTTP) that are told of each study.
  public var notices: [String]

  public init(
    name: String, isEnabled: Bool = true, callers: [String] = [], modalities: [String] = [],
    descriptions: [String] = [], tests: [AttributeTest] = [], arrival: TimeWindow? = nil, destinations: [String] = [],
    changes: [AttributeChange] = [], transferSyntax: String = "", priority: JobPriority = .normal,
    notices: [String] = []
  ) {
    self.name = name
    self.isEnabled = isEnabled
    self.callers = callers
    self.modalities = modalities
    self.descriptions = descriptions
    self.tests = tests
    self.arrival = arrival
    self.destinations = destinations
    self.changes = changes
    self.transferSyntax = transferSyntax
    self.priority = priority
    self.notices = notices
  }

  /// What is wrong with it; nil for nothing.
  public var fault: String? {
    if !(1...64).contains(name.count) { return "a name has 1 to 64 characters" }
    if destinations.isEmpty, notices.isEmpty { return "it names no destination and nobody to be told" }
    for title in destinations where !(1...16).contains(title.utf8.count) { return "\"\(title)\" is no AE title" }
    for test in tests where (try? AttributePath(test.attribute)) == nil {
      return "\(test.attribute) names no attribute"
    }
    for address in notices where !address.hasPrefix("http://") && !address.hasPrefix("https://") {
      return "\(address) is no address of the web"
    }
    if !transferSyntax.isEmpty, TransferSyntaxes.name(TransferSyntax(UID(transferSyntax))) == nil {
      return "\(transferSyntax) is no transfer syntax"
    }
    return changes.lazy.compactMap(\.fault).first
  }

  /// Whether it is for an instance.
  public func matches(_ instance: RoutedInstance) -> Bool {
    guard isEnabled else { return false }
    if !callers.isEmpty, !AttributeTest.matches(instance.sender, callers) { return false }
    let dataSet = instance.dataSet
    if !modalities.isEmpty, !modalities.contains(dataSet.string(.modality) ?? "") { return false }
    if !descriptions.isEmpty {
      let texts = [dataSet.string(.studyDescription), dataSet.string(.seriesDescription)].compactMap(\.self)
      guard texts.contains(where: { AttributeTest.matches($0, descriptions) }) else { return false }
    }
    if let arrival, !arrival.contains(instance.arrival) { return false }
    return tests.allSatisfy { $0.holds(dataSet) }
  }
}

/// An instance as rules see it.
public struct RoutedInstance: Sendable {
  public var dataSet: DataSet
  /// Calling AE title, user name or path.
  public var sender: String
  /// When it came, by the clock on the wall.
  public var arrival: TimeWindow.Moment

  public init(dataSet: DataSet, sender: String, arrival: TimeWindow.Moment) {
    self.dataSet = dataSet
    self.sender = sender
    self.arrival = arrival
  }
}

extension Route {
  /// What is absent has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(name: try container.decode(String.self, forKey: .name))
    isEnabled = try container.decodeIfPresent(Bool.self, forKey: .isEnabled) ?? true
    callers = try container.decodeIfPresent([String].self, forKey: .callers) ?? []
    modalities = try container.decodeIfPresent([String].self, forKey: .modalities) ?? []
    descriptions = try container.decodeIfPresent([String].self, forKey: .descriptions) ?? []
    tests = try container.decodeIfPresent([AttributeTest].self, forKey: .tests) ?? []
    arrival = try container.decodeIfPresent(TimeWindow.self, forKey: .arrival)
    destinations = try container.decodeIfPresent([String].self, forKey: .destinations) ?? []
    changes = try container.decodeIfPresent([AttributeChange].self, forKey: .changes) ?? []
    transferSyntax = try container.decodeIfPresent(String.self, forKey: .transferSyntax) ?? ""
    priority = try container.decodeIfPresent(JobPriority.self, forKey: .priority) ?? .normal
    notices = try container.decodeIfPresent([String].self, forKey: .notices) ?? []
  }
}
