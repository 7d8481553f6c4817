// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A structured reporting document of any SR SOP class (PS3.3 §A.35): SR Document General and the content tree.
public struct StructuredReport: Sendable, Hashable {
  public var sopClass: UID
  public var context: ObjectContext
  public var header: DocumentHeader
  /// The root container with the document title.
  public var root: ContentItem

  /// - Parameter sopClass: its relationship rules are checked when the data set is made.
  public init(sopClass: UID, context: ObjectContext, header: DocumentHeader = DocumentHeader(), root: ContentItem) {
    self.sopClass = sopClass
    self.context = context
    self.header = header
    self.root = root
  }

  /// The title of the document.
  public var title: String { root.concept?.meaning ?? "" }

  /// All instances that the tree refers to, each once.
  public var citedInstances: [InstanceReference] {
    var seen: Set<UID> = []
    return root.flattened.flatMap(\.value.instances).filter { seen.insert($0.sopInstance).inserted }
  }

  /// Reads a document. Instances in the tree get study and series out of the evidence lists.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    header = DocumentHeader(dataSet)
    sopClass = dataSet.uid(.sopClassUID) ?? ""
    context = ObjectContext(dataSet)
    let known = Dictionary(header.evidence.map { ($0.sopInstance, $0) }) { first, _ in first }
    root = try ContentItem(dataSet).resolved(known)
  }

  /// The data set of the document.
  /// - Throws: `ObjectError` where a value breaks its rules, a relationship is not permitted for the SOP class, or an
  ///   instance is referred to whose study and series are not known.
  public func dataSet() throws(ObjectError) -> DataSet {
    guard case .container = root.value else {
      throw ObjectError(.invalid, "the root of a document is a CONTAINER", path: "1")
    }
    guard root.relationship == nil else {
      throw ObjectError(.notPermitted, "the root of a document has no relationship", path: "1")
    }
    try RelationshipRules(sopClass)?.check(root)
    var object = AttributeWriter()
    let isSelection = sopClass == .keyObjectSelectionDocumentStorage
    try context.write(&object, ObjectContext.Form(sopClass: sopClass, modality: isSelection ? "KO" : "SR"))
    try header.write(&object, isSelection: isSelection)
    try header.writeEvidence(citedInstances, study: context.study.uid, &object, isSelection: isSelection)
    try root.write(&object, depth: 1)
    return object.dataSet
  }
}

extension ContentItem {
  /// The tree with study and series of the instances filled in where they are known.
  fileprivate func resolved(_ known: [UID: InstanceReference]) -> ContentItem {
    func look(_ instance: InstanceReference) -> InstanceReference {
      guard let found = known[instance.sopInstance] else { return instance }
      return InstanceReference(
        sopClass: instance.sopClass, sopInstance: instance.sopInstance, study: found.study, series: found.series)
    }
    var result = self
    switch value {
    case .composite(let instance): result.value = .composite(look(instance))
    case .image(var image):
      image.instance = look(image.instance)
      image.presentationState = image.presentationState.map(look)
      image.realWorldValueMapping = image.realWorldValueMapping.map(look)
      result.value = .image(image)
    case .waveform(var waveform):
      waveform.instance = look(waveform.instance)
      result.value = .waveform(waveform)
    default: break
    }
    result.children = children.map { $0.resolved(known) }
    return result
  }
}
