// SPDX-License-Identifier: Apache-2.0

import Archive
import Crypto
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird

extension Call {
  /// The representation that the client gets.
  /// - Throws: 406 that names what there is.
  func choose(_ offers: [Representation]) throws -> Representation {
    guard let form = try accept.choose(among: offers) else { throw Problem.notAcceptable(offers) }
    return form
  }

  /// Text leaves in UTF-8 only (PS3.18 §8.8). The query parameter counts before the header field.
  func checkCharacterSet() throws {
    let header = request.headers[values: .acceptCharset].joined(separator: ",")
    let wanted = try query["charset"] ?? header
    let names = wanted.split(separator: ",").map { item in
      item.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\"" }.lowercased()
    }
    guard names.isEmpty || names.contains(where: { ["utf-8", "utf8", "*", "us-ascii"].contains($0) }) else {
      throw Problem(.notAcceptable, "Text is given in UTF-8 only, not in \(wanted.prefix(100)).")
    }
  }

  /// 304 where the client has this state already (RFC 9110 §13.1.2).
  func unchanged(_ tag: EntityTag) -> Response? {
    let known = request.headers[values: .ifNoneMatch].joined(separator: ",")
    guard tag.isNamed(in: known.isEmpty ? nil : known) else { return nil }
    return Response(status: .notModified, headers: [.eTag: tag.description, .cacheControl: "private, no-cache"])
  }

  /// Names the state of a representation of these instances. What else it depends on, such as its media type and the
  /// query, goes into `more`.
  func entityTag(_ instances: [StoredInstance], _ more: String...) -> EntityTag {
    var hash = SHA256()
    for instance in instances {
      let uid = instance.identity.instance.rawValue
      let state = "\(uid) \(instance.version) \(instance.dataSetChecksum) \(instance.location.length)\n"
      hash.update(data: Array(state.utf8))
      if let change = instance.change { hash.update(data: Array(change.text.utf8)) }
    }
    for text in more + [request.uri.path, request.uri.query ?? "", origin] {
      hash.update(data: Array((text + "\n").utf8))
    }
    return EntityTag(
      hash.finalize().prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
  }
}

extension Problem {
  /// Offers that are named in the text at most.
  private static let namedOffers = 24

  /// 406 that says what could be had (PS3.18 §8.5).
  static func notAcceptable(_ offers: [Representation]) -> Problem {
    var names: [String] = []
    for offer in offers {
      let name =
        offer.isMultipart
        ? MediaType(
          "multipart", "related",
          [.init("type", offer.media.essence)] + offer.partType.parameters.filter { $0.name == "transfer-syntax" }
        ).description
        : offer.partType.description
      if !names.contains(name) { names.append(name) }
    }
    let more = names.count > namedOffers ? " and others" : ""
    return Problem(
      .notAcceptable,
      "None of the media types and transfer syntaxes that you accept can be given. There are: "
        + names.prefix(namedOffers).joined(separator: ", ") + more + ".")
  }
}
