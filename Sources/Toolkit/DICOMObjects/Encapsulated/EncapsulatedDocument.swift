// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An encapsulated document: PDF, CDA, or a model as STL, OBJ or MTL (PS3.3 §A.45, §A.85).
public struct EncapsulatedDocument: Sendable, Hashable {
  /// What is encapsulated; decides the SOP class.
  public enum Kind: Sendable, Hashable, CaseIterable {
    case pdf
    case cda
    case stl
    case obj
    case mtl

    public var sopClass: UID {
      switch self {
      case .pdf: .encapsulatedPDFStorage
      case .cda: .encapsulatedCDAStorage
      case .stl: .encapsulatedSTLStorage
      case .obj: .encapsulatedOBJStorage
      case .mtl: .encapsulatedMTLStorage
      }
    }

    /// MIME Type of Encapsulated Document.
    public var mimeType: String {
      switch self {
      case .pdf: "application/pdf"
      case .cda: "text/XML"
      case .stl: "model/stl"
      case .obj: "model/obj"
      case .mtl: "model/mtl"
      }
    }

    /// Models for manufacturing have a frame of reference and units.
    var isModel: Bool { self == .stl || self == .obj || self == .mtl }
  }

  public var context: ObjectContext
  public var kind: Kind
  /// The document without padding.
  public var content: ByteSlice
  public var title: String
  /// What kind of document it is, such as (18748-4, LN, "Diagnostic Imaging Report").
  public var concept: CodedConcept?
  /// The document shows who the patient is.
  public var hasBurnedInAnnotation: Bool
  /// A value of DT; empty where unknown.
  public var acquisitionDateTime: String
  /// The instances that the document was made from.
  public var sources: [InstanceReference]
  /// HL7 Instance Identifier of a CDA: root and extension.
  public var hl7InstanceIdentifier: String?
  public var mimeTypesOfParts: [String]
  /// Of a model.
  public var frameOfReference: UID?
  /// Units of the coordinates of a model.
  public var unit: CodedConcept?

  public init(
    context: ObjectContext, kind: Kind, content: ByteSlice, title: String = "", concept: CodedConcept? = nil,
    hasBurnedInAnnotation: Bool = true
  ) {
    self.context = context
    self.kind = kind
    self.content = content
    self.title = title
    self.concept = concept
    self.hasBurnedInAnnotation = hasBurnedInAnnotation
    acquisitionDateTime = ""
    sources = []
    mimeTypesOfParts = []
    if kind.isModel {
      frameOfReference = .random()
      unit = .unit("mm", "mm")
    }
  }

  /// Reads an encapsulated document.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    let sopClass = dataSet.uid(.sopClassUID)
    let mimeType = dataSet.string(.mimeTypeOfEncapsulatedDocument) ?? ""
    let kind =
      Kind.allCases.first { $0.sopClass == sopClass }
      ?? Kind.allCases.first { $0.mimeType.lowercased() == mimeType.lowercased() }
    guard let kind else {
      throw ObjectError(.wrongClass, .sopClassUID, "the object is no encapsulated document that is known")
    }
    guard let bytes = dataSet.bytes(.encapsulatedDocument) else {
      throw ObjectError(.missing, .encapsulatedDocument, "the document is absent")
    }
    self.init(context: ObjectContext(dataSet), kind: kind, content: Self.unpadded(bytes, dataSet))
    title = dataSet.string(.documentTitle) ?? ""
    concept = CodedConcept(dataSet, .conceptNameCodeSequence)
    hasBurnedInAnnotation = dataSet.string(.burnedInAnnotation) != "NO"
    acquisitionDateTime = dataSet.string(.acquisitionDateTime) ?? ""
    sources = dataSet.items(.sourceInstanceSequence).compactMap { InstanceReference($0) }
    hl7InstanceIdentifier = dataSet.string(.hl7InstanceIdentifier)
    mimeTypesOfParts = dataSet.strings(.listOfMIMETypes) ?? []
    frameOfReference = dataSet.uid(.frameOfReferenceUID)
    unit = CodedConcept(dataSet, .measurementUnitsCodeSequence)
  }

  /// The length says where the document ends; without it a NUL at the end of an even length is padding.
  private static func unpadded(_ bytes: ByteSlice, _ dataSet: DataSet) -> ByteSlice {
    if let length = dataSet.integer(.encapsulatedDocumentLength), (0...bytes.count).contains(length) {
      return bytes[0..<length]
    }
    guard bytes.count > 0, bytes[bytes.count - 1] == 0 else { return bytes }
    return bytes[0..<bytes.count - 1]
  }

  private func check() throws(ObjectError) {
    let start = content[0..<min(content.count, 1024)].array
    switch kind {
    case .pdf:
      if !start.starts(with: "%PDF-".utf8) {
        throw ObjectError(.invalid, .encapsulatedDocument, "the document does not begin as a PDF")
      }
    case .cda:
      guard String(decoding: start, as: UTF8.self).contains("<") else {
        throw ObjectError(.invalid, .encapsulatedDocument, "the document is no XML")
      }
      if hl7InstanceIdentifier == nil {
        throw ObjectError(.missing, .hl7InstanceIdentifier, "a CDA has its instance identifier (type 1C)")
      }
    case .stl, .obj, .mtl: break
    }
  }

  /// The data set.
  public func dataSet() throws(ObjectError) -> DataSet {
    try check()
    var object = AttributeWriter()
    try context.write(
      &object,
      ObjectContext.Form(
        sopClass: kind.sopClass, modality: kind.isModel ? "M3D" : "DOC", isEnhanced: kind.isModel))
    if kind.isModel {
      try object.set(.frameOfReferenceUID, frameOfReference, .type1)
      try object.set(.positionReferenceIndicator, [String](), .type2)
      try object.set(.measurementUnitsCodeSequence, code: unit, .type1)
    } else {
      try object.set(.conversionType, "WSD", .type1)
    }
    try object.set(.acquisitionDateTime, acquisitionDateTime, .type2)
    try object.set(.burnedInAnnotation, hasBurnedInAnnotation ? "YES" : "NO", .type1)
    try object.set(.sourceInstanceSequence, sources, .type3) { (source, path) throws(ObjectError) in
      try source.dataSet(path: path)
    }
    try object.set(.documentTitle, title, .type2)
    try object.set(.conceptNameCodeSequence, code: concept, .type2)
    try object.set(.hl7InstanceIdentifier, hl7InstanceIdentifier, .type3)
    try object.set(.mimeTypeOfEncapsulatedDocument, kind.mimeType, .type1)
    try object.set(.listOfMIMETypes, mimeTypesOfParts, .type3)
    try object.set(.encapsulatedDocument, vr: .OB, content.array, .type1)
    try object.set(.encapsulatedDocumentLength, content.count, .type3)
    if kind.isModel { try CommonInstanceReference.write(sources, study: context.study.uid, &object) }
    return object.dataSet
  }

  /// The words of a CDA document, without markup; nil for documents that are no text.
  public var text: String? {
    guard kind == .cda else { return nil }
    return MarkupText.words(String(decoding: content.array, as: UTF8.self))
  }
}
