// SPDX-License-Identifier: Apache-2.0

/// Service class application information of the Query/Retrieve SOP classes in extended negotiation
/// (PS3.4 §C.5.1.1, §C.5.2.1, §C.5.3.1).
public struct QueryRetrieveNegotiation: Sendable, Hashable {
  public var relational: Bool
  /// FIND only.
  public var combinedDateTimeMatching: Bool
  /// FIND only.
  public var fuzzySemanticMatching: Bool
  /// FIND only.
  public var timezoneQueryAdjustment: Bool
  public var enhancedMultiframeConversion: Bool
  /// FIND only: a key with two quotation marks asks for attributes without a value (§C.2.2.2.7).
  public var emptyValueMatching: Bool
  /// FIND only: a key with several values asks for any of them, whatever its VR (§C.2.2.2.8).
  public var multipleValueMatching: Bool

  public init(
    relational: Bool = false, combinedDateTimeMatching: Bool = false, fuzzySemanticMatching: Bool = false,
    timezoneQueryAdjustment: Bool = false, enhancedMultiframeConversion: Bool = false,
    emptyValueMatching: Bool = false, multipleValueMatching: Bool = false
  ) {
    self.relational = relational
    self.combinedDateTimeMatching = combinedDateTimeMatching
    self.fuzzySemanticMatching = fuzzySemanticMatching
    self.timezoneQueryAdjustment = timezoneQueryAdjustment
    self.enhancedMultiframeConversion = enhancedMultiframeConversion
    self.emptyValueMatching = emptyValueMatching
    self.multipleValueMatching = multipleValueMatching
  }

  /// The information of a FIND SOP class; bytes that are missing mean no.
  public init(find information: [UInt8]) {
    let flags = Self.flags(information, 7)
    self.init(
      relational: flags[0], combinedDateTimeMatching: flags[1], fuzzySemanticMatching: flags[2],
      timezoneQueryAdjustment: flags[3], enhancedMultiframeConversion: flags[4], emptyValueMatching: flags[5],
      multipleValueMatching: flags[6])
  }

  /// The information of a MOVE or GET SOP class.
  public init(retrieve information: [UInt8]) {
    let flags = Self.flags(information, 2)
    self.init(relational: flags[0], enhancedMultiframeConversion: flags[1])
  }

  public var findInformation: [UInt8] {
    [
      relational, combinedDateTimeMatching, fuzzySemanticMatching, timezoneQueryAdjustment,
      enhancedMultiframeConversion, emptyValueMatching, multipleValueMatching,
    ].map { $0 ? 1 : 0 }
  }

  public var retrieveInformation: [UInt8] { [relational, enhancedMultiframeConversion].map { $0 ? 1 : 0 } }

  /// What both sides want.
  public func granting(_ asked: QueryRetrieveNegotiation) -> QueryRetrieveNegotiation {
    QueryRetrieveNegotiation(
      relational: relational && asked.relational,
      combinedDateTimeMatching: combinedDateTimeMatching && asked.combinedDateTimeMatching,
      fuzzySemanticMatching: fuzzySemanticMatching && asked.fuzzySemanticMatching,
      timezoneQueryAdjustment: timezoneQueryAdjustment && asked.timezoneQueryAdjustment,
      enhancedMultiframeConversion: enhancedMultiframeConversion && asked.enhancedMultiframeConversion,
      emptyValueMatching: emptyValueMatching && asked.emptyValueMatching,
      multipleValueMatching: multipleValueMatching && asked.multipleValueMatching)
  }

  private static func flags(_ information: [UInt8], _ count: Int) -> [Bool] {
    (0..<count).map { $0 < information.count && information[$0] == 1 }
  }
}
