// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMServices

extension UnifiedProcedureStepDesk {
  /// Global subscriptions that are kept.
  static let maximumGlobalSubscriptions = 10_000

  /// N-ACTION Subscribe (PS3.4 §CC.2.3): to a step, or by the well-known instances to all that are and will be.
  /// - Parameters:
  ///   - filter: matching keys of the filtered global subscription.
  ///   - needsNode: only an AE whose address is known may be subscribed; others must open an event channel.
  public func subscribe(
    _ receivingAE: String, to sopInstance: UID, hasDeletionLock: Bool, filter: DataSet = DataSet(), needsNode: Bool
  ) throws {
    try check(receivingAE, needsNode: needsNode)
    guard GlobalSubscription.instances.contains(sopInstance) else {
      return try telling { tables, tell in
        guard let record = try tables.step(sopInstance) else { throw Self.unknown }
        try tables.subscribe(receivingAE, to: sopInstance, hasDeletionLock: hasDeletionLock)
        try tell(record.step.stateReport(), [receivingAE])
      }
    }
    var subscription = GlobalSubscription(receivingAE: receivingAE, hasDeletionLock: hasDeletionLock)
    if sopInstance == .upsFilteredGlobalSubscriptionInstance {
      guard !filter.isEmpty else {
        throw UnifiedProcedureStep.Refusal(.invalidArgumentValue, "a filtered subscription needs matching keys")
      }
      subscription.filter = filter
    }
    try subscribe(subscription)
  }

  private func subscribe(_ subscription: GlobalSubscription) throws {
    try telling { tables, tell in
      let receiver = subscription.receivingAE
      let known = try tables.globalSubscriptions()
      guard known.count < Self.maximumGlobalSubscriptions || known.contains(where: { $0.receivingAE == receiver })
      else {
        throw UnifiedProcedureStep.Refusal(.resourceLimitation, "there are too many global subscriptions")
      }
      try tables.setGlobalSubscription(subscription)
      var included: [UnifiedProcedureStep] = []
      if let filter = subscription.filter {
        let query = UnifiedProcedureStepQuery(filter)
        try tables.steps(UnifiedProcedureStepSelection(query)) { record in
          if query.matches(record.step.attributes) { included.append(record.step) }
          return true
        }
        for step in included {
          guard let instance = step.attributes.uid(.sopInstanceUID) else { continue }
          let hasLock = try tables.deletionLock(of: receiver, on: instance) ?? false
          try tables.subscribe(receiver, to: instance, hasDeletionLock: hasLock || subscription.hasDeletionLock)
        }
      } else {
        try tables.subscribeToAll(receiver, hasDeletionLock: subscription.hasDeletionLock)
      }
      // Who takes locks has to know what it holds (PS3.4 §CC.2.4.3).
      guard subscription.hasDeletionLock else { return }
      if subscription.filter == nil {
        try tables.steps(UnifiedProcedureStepSelection()) { record in
          included.append(record.step)
          return included.count < Self.maximumInitialReports
        }
      }
      for step in included.prefix(Self.maximumInitialReports) { try tell(step.stateReport(), [receiver]) }
    }
  }

  /// State reports that a global subscription brings at once.
  static let maximumInitialReports = UnifiedProcedureStepReceivers.maximumOwed

  /// N-ACTION Unsubscribe. By the well-known instances every subscription of the AE ends, those to single steps too.
  /// - Returns: whether there was one.
  @discardableResult
  public func unsubscribe(_ receivingAE: String, from sopInstance: UID, needsNode: Bool) throws -> Bool {
    try check(receivingAE, needsNode: needsNode)
    return try store.write { tables in
      if GlobalSubscription.instances.contains(sopInstance) {
        let globals = try tables.removeGlobalSubscriptions(of: receivingAE, isFiltered: nil)
        return try globals + tables.unsubscribeFromAll(receivingAE) > 0
      }
      guard try tables.step(sopInstance) != nil else { throw Self.unknown }
      return try tables.unsubscribe(receivingAE, from: sopInstance)
    }
  }

  /// N-ACTION Suspend Global Subscription: steps that are created from now on are not subscribed to.
  /// - Returns: whether there was a global subscription.
  @discardableResult
  public func suspend(_ receivingAE: String, _ sopInstance: UID, needsNode: Bool) throws -> Bool {
    try check(receivingAE, needsNode: needsNode)
    guard GlobalSubscription.instances.contains(sopInstance) else {
      throw UnifiedProcedureStep.Refusal(.actionNotAppropriate, "only global subscriptions are suspended")
    }
    let isFiltered = sopInstance == .upsFilteredGlobalSubscriptionInstance
    return try store.write { tables in
      try tables.removeGlobalSubscriptions(of: receivingAE, isFiltered: isFiltered) > 0
    }
  }

  /// Tells all who have a global subscription that the worklist is there again.
  public func announceRestart() throws {
    try telling { tables, tell in
      let receivers = Set(try tables.globalSubscriptions().map(\.receivingAE))
      try tell(.restarted, receivers.sorted())
    }
  }

  private func check(_ receivingAE: String, needsNode: Bool) throws {
    let isTitle =
      !receivingAE.isEmpty && receivingAE.utf8.count <= 16
      && receivingAE.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x5C }
    guard isTitle, try !needsNode || receivers.knownNodes().contains(receivingAE) else {
      throw UnifiedProcedureStep.Refusal(
        .unknownReceivingAE, isTitle ? "no node has the AE title \(receivingAE)" : "no AE title", tag: .receivingAE)
    }
  }
}
