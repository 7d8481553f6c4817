// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMObjects

/// Whole objects other than documents (PS3.3 Annex A). What reads and can be written, reads again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzObjects(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice(copying: bytes), options: ReadOptions(limits: limits)) else {
    return 0
  }
  let dataSet = file.dataSet
  states(dataSet)
  if let waveform = try? Waveform(dataSet), let written = try? waveform.dataSet() {
    precondition((try? Waveform(written))?.groups.count == waveform.groups.count, "a waveform loses groups")
  }
  if let document = try? EncapsulatedDocument(dataSet), let written = try? document.dataSet() {
    precondition((try? EncapsulatedDocument(written)) != nil, "a document does not read again")
  }
  if let map = try? RealWorldValueMap(dataSet), let written = try? map.dataSet() {
    precondition((try? RealWorldValueMap(written)) != nil, "a map does not read again")
  }
  if let segmentation = try? Segmentation(dataSet) { _ = segmentation.frames(of: 1) }
  _ = try? ParametricMap(dataSet)
  _ = try? MultiFrame(dataSet)
  _ = try? SourcePlane(dataSet)
  _ = DimensionOrganization(dataSet)
  conversions(dataSet)
  return 0
}

/// Images in their other form, whatever class the data set names (PS3.4 C.3.5).
private func conversions(_ dataSet: DataSet) {
  let sopClass = Tag(0x0008, 0x0016)
  var dataSet = dataSet
  for enhanced in ClassicFrames.enhancedClasses.sorted() {
    dataSet.set(sopClass, enhanced)
    guard let frames = try? ClassicFrames(dataSet) else { break }
    for index in [0, frames.count - 1] where index >= 0 && index < frames.count {
      let image = try? frames.header(index, series: "1.2.3", instance: "1.2.3.4")
      precondition(image?.uid(sopClass) == ClassicFrames.sopClass(of: enhanced), "a frame is of another class")
    }
  }
  let equipment = Equipment(manufacturer: "", modelName: "", serialNumber: "", softwareVersion: "")
  for classic in LegacyConversion.classicClasses.sorted() {
    dataSet.set(sopClass, classic)
    let context = ObjectContext(
      inStudyOf: dataSet, equipment: equipment, created: Timestamp(date: "20260101", time: "000000"))
    guard let made = try? LegacyConversion.header(of: [dataSet, dataSet], context: context) else { continue }
    precondition((try? ClassicFrames(made.dataSet))?.count == 2, "an enhanced image does not split again")
  }
}

/// Presentation states of each class that has a type, whatever class the data set names.
private func states(_ dataSet: DataSet) {
  var dataSet = dataSet
  for sopClass: UID in [
    "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2", "1.2.840.10008.5.1.4.1.1.11.3",
  ] {
    dataSet.set(DataElement(tag: Tag(0x0008, 0x0016), vr: .UI, value: .bytes(ByteSlice(Array(sopClass.rawValue.utf8)))))
    guard let state = try? PresentationState(dataSet), let written = try? state.dataSet() else { continue }
    let again = try? PresentationState(written)
    precondition(again?.images == state.images, "a presentation state loses images")
    precondition(again?.graphics.annotations.count == state.graphics.annotations.count, "a state loses drawings")
  }
  let blending = Array("1.2.840.10008.5.1.4.1.1.11.4".utf8)
  dataSet.set(DataElement(tag: Tag(0x0008, 0x0016), vr: .UI, value: .bytes(ByteSlice(blending))))
  guard let state = try? BlendingPresentationState(dataSet), let written = try? state.dataSet() else { return }
  precondition((try? BlendingPresentationState(written))?.palette == state.palette, "a palette reads otherwise")
}
