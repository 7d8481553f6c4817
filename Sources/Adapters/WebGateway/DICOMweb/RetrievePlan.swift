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
    var choices: [UID: Representation?] = [:]
    for instance in instances {
      let syntax = instance.transferSyntax
      if choices[syntax] == nil {
        choices[syntax] = .some(accept.choose(among: Self.offers(TransferSyntax(syntax), alone: instances.count == 1)))
      }
      if let form = choices[syntax] ?? nil {
        parts.append(Part(instance: instance, form: form))
      } else {
        isPartial = true
      }
    }
    guard !parts.isEmpty else {
      let stored = Set(instances.map(\.transferSyntax.rawValue)).sorted().joined(separator: ", ")
      throw Problem(
        .notAcceptable,
        "No form that you accept can be made of what is stored as \(stored); transfer-syntax=* gives it as it is.")
    }
  }

  /// The forms of an instance, in the order in which `*` gets them.
  static func offers(_ stored: TransferSyntax, alone: Bool) -> [Representation] {
    let explicit = TransferSyntax.explicitVRLittleEndian
    let targets = [explicit, .implicitVRLittleEndian].filter {
      $0 != stored && NativeConversion.isPossible(from: stored, to: $0)
    }
    return (alone ? [true, false] : [true]).flatMap { isMultipart in
      [stored].map {
        Representation(.dicom, transferSyntax: $0.uid, isMultipart: isMultipart, isDefault: $0 == explicit)
      }
        + targets.map {
          Representation(.dicom, transferSyntax: $0.uid, isMultipart: isMultipart, isDefault: $0 == explicit)
        }
    }
  }
}
