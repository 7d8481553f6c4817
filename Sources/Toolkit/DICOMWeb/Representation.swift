// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A form in which a resource can be given.
public struct Representation: Hashable, Sendable {
  /// The media type of the resource itself, or of each part.
  public var media: MediaType
  /// The transfer syntax of its bytes, for media types that have one.
  public var transferSyntax: UID?
  /// Wrapped into `multipart/related`.
  public var isMultipart: Bool
  /// Given to who names the media type without a transfer syntax (PS3.18 §8.7.3, "default").
  public var isDefault: Bool

  public init(_ media: MediaType, transferSyntax: UID? = nil, isMultipart: Bool = false, isDefault: Bool = true) {
    self.media = media
    self.transferSyntax = transferSyntax
    self.isMultipart = isMultipart
    self.isDefault = isDefault
  }

  /// Type of the whole payload, for the Content-Type field; multipart with its boundary.
  public func contentType(boundary: String = "") -> MediaType {
    guard isMultipart else { return partType }
    return MediaType("multipart", "related", [.init("type", media.essence), .init("boundary", boundary)])
  }

  /// Type of the payload or of a part, with its transfer syntax.
  public var partType: MediaType {
    guard let transferSyntax else { return media }
    return MediaType(media.type, media.subtype, media.parameters + [.init("transfer-syntax", transferSyntax.rawValue)])
  }
}

extension Accept {
  /// The representation to give: of highest quality, named most exactly; among equals the first in the client's, then
  /// in the server's order. Nil is 406 (PS3.18 §8.7.8).
  /// - Parameter offers: what there is; the first is what `*/*` gets.
  public func choose(among offers: [Representation]) -> Representation? {
    var best: (rank: Rank, offer: Representation)?
    for (place, offer) in offers.enumerated() {
      guard let rank = rank(of: offer, place: place), best.map({ $0.rank < rank }) ?? true else { continue }
      best = (rank, offer)
    }
    return best?.offer
  }

  /// What makes one offer better than another, in this order.
  private struct Rank: Comparable {
    var quality: Double
    var exactness: Int
    var position: Int
    var place: Int

    static func < (left: Rank, right: Rank) -> Bool {
      (left.quality, left.exactness, -left.position, -left.place)
        < (right.quality, right.exactness, -right.position, -right.place)
    }
  }

  /// The most exact range that names an offer decides its quality; nil where none does, or one excludes it.
  private func rank(of offer: Representation, place: Int) -> Rank? {
    var found: Rank?
    for (position, range) in ranges.enumerated() {
      guard let exactness = range.media.exactness(for: offer), exactness > found?.exactness ?? -1 else { continue }
      found = Rank(quality: range.quality, exactness: exactness, position: position, place: place)
    }
    guard let found, found.quality > 0 else { return nil }
    return found
  }
}

extension MediaType {
  /// How exactly this range names an offer: nil not at all, 0 for `*/*`.
  fileprivate func exactness(for offer: Representation) -> Int? {
    if type == "*" { return offer.isDefault ? 0 : nil }
    var inner = self
    if offer.isMultipart {
      guard type == "multipart", subtype == "related" || subtype == "*" else { return nil }
      guard let part = self["type"] else { return offer.isDefault ? 1 : nil }
      guard let media = try? MediaType(parsing: part) else { return nil }
      inner.type = media.type
      inner.subtype = media.subtype
      if inner.type == "*" { return offer.isDefault ? 1 : nil }
    }
    guard inner.type == offer.media.type else { return nil }
    guard inner.subtype == "*" || inner.subtype == offer.media.subtype else { return nil }
    let base = inner.subtype == "*" ? 2 : 4
    switch transferSyntax {
    case nil: return offer.isDefault ? base : nil
    case "*": return base + 1
    case let name?: return name == offer.transferSyntax?.rawValue ? base + 2 : nil
    }
  }
}
