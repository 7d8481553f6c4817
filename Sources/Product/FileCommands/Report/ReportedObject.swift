// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects

/// An object that `martlet report` shows, by what its data set is.
struct ReportedObject {
  let file: Part10File
  var dataSet: DataSet { file.dataSet }

  init(_ file: Part10File) { self.file = file }

  var sopClass: UID { dataSet.uid(.sopClassUID) ?? "" }

  /// A content tree stands at the root.
  var isStructuredReport: Bool { dataSet[.valueType] != nil }

  var isEncapsulatedDocument: Bool { dataSet[.encapsulatedDocument] != nil }

  /// The name of the SOP class, for messages.
  var className: String {
    UIDDictionary.entry(for: sopClass)?.name ?? (sopClass.rawValue.isEmpty ? "no SOP class" : sopClass.rawValue)
  }

  func text() throws -> String {
    if isStructuredReport { return ReportText.render(try StructuredReport(dataSet)) }
    if isEncapsulatedDocument { return try words() }
    throw CommandFailure("\(className) is no document")
  }

  func html(link: String?) throws -> String {
    if isStructuredReport {
      return ReportHTML.render(try StructuredReport(dataSet)) { instance, frames in
        link.map { Self.address($0, instance, frames) }
      }
    }
    if isEncapsulatedDocument {
      let title = try EncapsulatedDocument(dataSet).title
      return ReportHTML.page(title: title.isEmpty ? "Document" : title, text: try words())
    }
    throw CommandFailure("\(className) is no document")
  }

  /// The words of an encapsulated document.
  private func words() throws -> String {
    let document = try EncapsulatedDocument(dataSet)
    guard let text = document.text else {
      throw CommandFailure("a document of type \(document.kind.mimeType) has no words that can be shown")
    }
    return text
  }

  /// The decoded frames of an image.
  func frames() throws -> FrameSource {
    let reader = try FrameReader(dataSet, transferSyntax: file.transferSyntax)
    return { try reader.frame($0) }
  }

  private static func address(_ template: String, _ instance: InstanceReference, _ frames: [Int]) -> String {
    let values = [
      "{study}": instance.study?.rawValue ?? "", "{series}": instance.series?.rawValue ?? "",
      "{instance}": instance.sopInstance.rawValue, "{frame}": frames.first.map { String($0) } ?? "1",
    ]
    return values.reduce(template) { text, value in
      text.split(separator: value.key, omittingEmptySubsequences: false).joined(separator: escaped(value.value))
    }
  }

  /// Only what UIDs and numbers are made of may enter an address.
  private static func escaped(_ text: String) -> String {
    text.filter { $0.isASCII && ($0.isNumber || $0.isLetter || $0 == "." || $0 == "-") }
  }
}
