// SPDX-License-Identifier: Apache-2.0

/// How the messages of one sender deviate, and what is to be made of them.
public struct SenderProfile: Sendable, Hashable {
  public var sender: MessageSender
  /// A character set of HL7 table 0211 for text that MSH-18 says nothing of, or says wrongly; empty for none.
  public var characterSet: String
  /// One rule a line (`MappingRule`).
  public var rules: [MappingRule]
  /// Control IDs begin anew, so a message is a repetition only where its bytes are the same too.
  public var reusesControlIDs: Bool
  /// Orders are answered by the application, with their numbers and states, not by an acknowledgement alone.
  public var answersOrders: Bool

  /// - Parameter sender: an empty application or facility stands for any.
  public init(
    sender: MessageSender, characterSet: String = "", rules: [MappingRule] = [], reusesControlIDs: Bool = false,
    answersOrders: Bool = false
  ) {
    self.sender = sender
    self.characterSet = characterSet
    self.rules = rules
    self.reusesControlIDs = reusesControlIDs
    self.answersOrders = answersOrders
  }

  /// Rules of one profile.
  public static let maximumRules = 200

  /// The profile of a sender: the one that names application and facility, else the application, else the facility,
  /// else any.
  public static func best(for sender: MessageSender, among profiles: [SenderProfile]) -> SenderProfile? {
    func score(_ profile: SenderProfile) -> Int? {
      let (application, facility) = (profile.sender.application, profile.sender.facility)
      guard application.isEmpty || application == sender.application, facility.isEmpty || facility == sender.facility
      else { return nil }
      return (application.isEmpty ? 0 : 2) + (facility.isEmpty ? 0 : 1)
    }
    return profiles.compactMap { profile in score(profile).map { (profile, $0) } }.max { $0.1 < $1.1 }?.0
  }
}
