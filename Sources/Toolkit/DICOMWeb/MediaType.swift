// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A media type or media range with its parameters (RFC 9110 §8.3.1, PS3.18 §8.7.4).
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
  /// One `name=value`; the name in lower case.
  public struct Parameter: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// In lower case, such as `application`, or `*`.
  public var type: String
  /// In lower case, such as `dicom+json`, or `*`.
  public var subtype: String
  public var parameters: [Parameter]

  public init(_ type: String, _ subtype: String, _ parameters: [Parameter] = []) {
    self.type = type
    self.subtype = subtype
    self.parameters = parameters
  }

  /// `application/dicom`
  public static let dicom = MediaType("application", "dicom")
  /// `application/dicom+json`
  public static let dicomJSON = MediaType("application", "dicom+json")
  /// `application/json`
  public static let json = MediaType("application", "json")
  /// `application/dicom+xml`
  public static let dicomXML = MediaType("application", "dicom+xml")
  /// `image/jpeg`
  public static let jpeg = MediaType("image", "jpeg")
  /// `image/png`
  public static let png = MediaType("image", "png")
  /// `image/gif`
  public static let gif = MediaType("image", "gif")
  /// `application/octet-stream`
  public static let octetStream = MediaType("application", "octet-stream")

  /// Parses one media type; parameter values may be quoted.
  public init(parsing text: some StringProtocol) throws(WebError) {
    var scanner = FieldScanner(text)
    self = try scanner.mediaType()
    guard scanner.isAtEnd else { throw scanner.malformed("There is more than one media type.") }
  }

  /// Type and subtype without parameters.
  public var essence: String { "\(type)/\(subtype)" }

  /// The value of a parameter, whose name is compared without regard to case.
  public subscript(parameter: String) -> String? {
    let name = parameter.lowercased()
    return parameters.first { $0.name == name }?.value
  }

  /// The `transfer-syntax` parameter (PS3.18 §8.7.3.5.2).
  public var transferSyntax: String? { self["transfer-syntax"] }

  public var isMultipartRelated: Bool { type == "multipart" && subtype == "related" }

  /// Parameter values that are not tokens are quoted.
  public var description: String {
    parameters.reduce(into: essence) { text, parameter in
      let isToken = !parameter.value.isEmpty && parameter.value.utf8.allSatisfy(FieldScanner.isToken)
      text += "; \(parameter.name)=\(isToken ? parameter.value : Self.quoted(parameter.value))"
    }
  }

  /// A quoted-string (RFC 9110 §5.6.4), scalar by scalar: a mark that combines with a backslash leaves it one.
  private static func quoted(_ value: String) -> String {
    var text = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text.append("\\") }
      text.append(scalar)
    }
    text.append("\"")
    return String(text)
  }
}
