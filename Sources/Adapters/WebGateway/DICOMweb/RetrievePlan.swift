// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMWeb
import HTTPTypes

/// In which form each instance of a retrieve transaction is given (PS3.18 §8.7.3.1, §10.4).
struct RetrievePlan: Sendable {
  struct Part: Sendable {
    var instance: StoredInstance
    var form: Representation

    /// The bytes go out as they were stored.
    var isStored: Bool { form.transferSyntax == instance.transferSyntax }
  }

  var parts: [Part] = []
  /// Some instances cannot be given in a form that the client accepts.
  var isPartial = false
  var isMultipart: Bool { parts.first?.form.isMultipart ?? true }

  init(_ instances: [StoredInstance], accept: Accept) throws {
    struct Kind: Hashable {
      var syntax: UID
      var received: UID
      var hasPixels: Bool
    }
    var choices: [Kind: Representation?] = [:]
    var offered: [Representation] = []
    for instance in instances {
      let kind = Kind(
        syntax: instance.transferSyntax, received: instance.receivedTransferSyntax,
        hasPixels: instance.location.pixelDataOffset != nil)
      if choices[kind] == nil {
        let offers = Self.offers(
          TransferSyntax(kind.syntax), received: TransferSyntax(kind.received), hasPixels: kind.hasPixels,
          alone: instances.count == 1)
        choices[kind] = .some(accept.choose(among: offers))
        offered += offers
      }
      if let form = choices[kind] ?? nil {
        parts.append(Part(instance: instance, form: form))
      } else {
        isPartial = true
      }
    }
    guard !parts.isEmpty else { throw Problem.notAcceptable(offered) }
  }

  /// The forms of an instance, in the order in which `*` gets them (PS3.18 table 8.7.3-2). Images are compressed anew
  /// for who names the transfer syntax.
  /// - Parameter received: what `*` gets where the instance was compressed at rest.
  static func offers(
    _ stored: TransferSyntax, received: TransferSyntax, hasPixels: Bool, alone: Bool
  ) -> [Representation] {
    let explicit = TransferSyntax.explicitVRLittleEndian
    let own = received == stored ? [stored] : [received, stored]
    let native = [explicit, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian].filter {
      !own.contains($0) && (NativeConversion.isPossible(from: stored, to: $0) || $0.isDeflated && stored.isNative)
    }
    let encoded =
      hasPixels && PixelForm(stored).canDecode
      ? PixelMediaTypes.encodings.filter { !own.map(\.uid).contains($0) }.map { TransferSyntax($0) } : []
    return (alone ? [true, false] : [true]).flatMap { isMultipart in
      (own + native + encoded).map {
        Representation(.dicom, transferSyntax: $0.uid, isMultipart: isMultipart, isDefault: $0 == explicit)
      }
    }
  }
}
