// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// How a node is talked to, and what it may do here. Everything as for any other node by default.
public struct NodeProfile: Sendable, Hashable, Codable {
  /// What a node may ask for.
  public enum Service: String, Sendable, Codable, CaseIterable {
    /// C-STORE.
    case store
    /// C-FIND of the query/retrieve service.
    case query
    /// C-MOVE and C-GET.
    case retrieve
    /// Everything else but C-ECHO, which everybody may: worklist, procedure steps, commitment, print, ….
    case workflow
  }

  /// It is called over TLS (PS3.15 §B).
  public var usesTLS: Bool
  /// It may call over TLS only.
  public var requiresTLS: Bool
  /// It may call from the addresses of its host only, even where unknown callers are accepted.
  public var checksAddress: Bool
  /// What it may ask for; nil for everything.
  public var services: Set<Service>?
  /// SOP classes that it may store; all where empty.
  public var sopClasses: [String]
  /// How much is sent to it in a second at most; nil for as fast as it goes.
  public var bytesPerSecond: Int?
  /// How many jobs send to it at a time.
  public var parallel: Int
  /// When jobs may send to it, such as `20:00-06:00`; at any time where empty.
  public var sendTimes: String

  public init() {
    usesTLS = false
    requiresTLS = false
    checksAddress = false
    services = nil
    sopClasses = []
    bytesPerSecond = nil
    parallel = 1
    sendTimes = ""
  }

  /// What is wrong with it; nil for nothing.
  public var fault: String? {
    if let rate = bytesPerSecond, rate < 1024 { return "less than 1024 bytes in a second" }
    if !(1...16).contains(parallel) { return "1 to 16 jobs may send at a time" }
    for uid in sopClasses where !UID(uid).isValid { return "\"\(uid)\" is no UID" }
    return nil
  }

  /// What is absent has its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    usesTLS = try container.decodeIfPresent(Bool.self, forKey: .usesTLS) ?? false
    requiresTLS = try container.decodeIfPresent(Bool.self, forKey: .requiresTLS) ?? false
    checksAddress = try container.decodeIfPresent(Bool.self, forKey: .checksAddress) ?? false
    services = try container.decodeIfPresent(Set<Service>.self, forKey: .services)
    sopClasses = try container.decodeIfPresent([String].self, forKey: .sopClasses) ?? []
    bytesPerSecond = try container.decodeIfPresent(Int.self, forKey: .bytesPerSecond)
    parallel = try container.decodeIfPresent(Int.self, forKey: .parallel) ?? 1
    sendTimes = try container.decodeIfPresent(String.self, forKey: .sendTimes) ?? ""
  }
}
