// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// What holds for any data set.
struct ObjectPropertyTests {
  @Test func survivesEveryTransferSyntax() throws {
    var random = RandomObjects(seed: 20_262)
    for syntax in TransferSyntaxes.all {
      for _ in 0..<6 {
        let object = try random.object(hasFragments: syntax.isEncapsulated)
        let bytes = try DataSetWriter.write(object, transferSyntax: syntax)
        let result = try DataSetReader.readWithFindings(ByteSlice(bytes), transferSyntax: syntax)
        #expect(result.findings == [], "\(syntax.uid)")
        #expect(result.dataSet.textFindings().isEmpty)
        // Implicit VR names no VR of private elements.
        let common: TransferSyntax = syntax.isExplicitVR ? .explicitVRLittleEndian : .implicitVRLittleEndian
        #expect(
          try DataSetWriter.write(result.dataSet, transferSyntax: common)
            == DataSetWriter.write(object, transferSyntax: common), "\(syntax.uid)")
        if syntax.isExplicitVR { Self.expectSameValues(result.dataSet, object, "\(syntax.uid)") }
        if !syntax.isDeflated { #expect(try DataSetWriter.write(result.dataSet, transferSyntax: syntax) == bytes) }
      }
    }
  }

  static func expectSameValues(_ left: DataSet, _ right: DataSet, _ context: String) {
    #expect(left.elements.map(\.tag) == right.elements.map(\.tag))
    for (one, other) in zip(left.elements, right.elements) {
      if let items = one.items, let others = other.items {
        #expect(items.count == others.count)
        for (item, another) in zip(items, others) { expectSameValues(item, another, context) }
      } else if one.bytes != nil, !([.OW, .OL, .OF, .OD, .OV].contains(one.vr)) {
        #expect(left.values(one.tag) == right.values(other.tag), "\(context) \(one.tag)")
      }
    }
  }

  @Test func filesSurviveAndAreReadInParts() throws {
    var random = RandomObjects(seed: 7)
    for syntax in [TransferSyntax.explicitVRBigEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian] {
      for _ in 0..<10 {
        let bytes = ByteSlice(
          try DataSetWriter.writeFile(random.object(hasFragments: false), transferSyntax: syntax))
        let file = try Part10File.read(bytes)
        if !syntax.isDeflated { #expect(try ByteSlice(file.encoded()) == bytes) }
        var reader = try Part10Reader(bytes, blockLength: 32)
        for element in file.dataSet.elements { #expect(try reader.element(element.tag) == element) }
      }
    }
  }

  /// Every element is found by its path, can be replaced, and is gone when erased; nothing else changes.
  @Test func pathsReachEveryElement() throws {
    var random = RandomObjects(seed: 99)
    for _ in 0..<10 {
      let object = try random.object(hasFragments: false)
      for (path, element) in Self.paths(object) {
        #expect(try AttributePath(path.keywords) == path)
        #expect(try object.element(at: path) == element)
        guard element.bytes != nil else { continue }
        var copy = object
        try copy.set(.bytes(ByteSlice([1, 2])), vr: .OB, at: path, creating: false)
        #expect(try copy.element(at: path)?.bytes?.array == [1, 2])
        try copy.modify(at: path) { holder, _ in holder.set(element) }
        #expect(copy == object, "\(path)")
        #expect(try copy.erase(path) == 1)
        #expect(try copy.element(at: path) == nil)
      }
    }
  }

  private static func paths(_ dataSet: DataSet) -> [(AttributePath, DataElement)] {
    var found: [(AttributePath, DataElement)] = []
    var open: [([AttributePath.Step], DataSet)] = [([], dataSet)]
    while let (steps, dataSet) = open.popLast() {
      for element in dataSet.elements {
        found.append((AttributePath(steps + [AttributePath.Step(element.tag)]), element))
        for (number, item) in (element.items ?? []).enumerated() {
          open.append((steps + [AttributePath.Step(element.tag, item: .number(number))], item))
        }
      }
    }
    return found
  }

  /// To UTF-8 and back is nothing.
  @Test func textSurvivesItsConversion() throws {
    var random = RandomObjects(seed: 3)
    for _ in 0..<20 {
      let object = try random.object(hasFragments: false)
      var copy = object
      try copy.convertText(to: .utf8)
      let read = try DataSetReader.read(
        ByteSlice(DataSetWriter.write(copy, transferSyntax: .explicitVRLittleEndian)),
        transferSyntax: .explicitVRLittleEndian)
      copy = read
      copy.remove(.specificCharacterSet)
      var original = object
      original.remove(.specificCharacterSet)
      for element in original.elements where element.vr.isText {
        #expect(read.strings(element.tag) == object.strings(element.tag))
      }
      var back = read
      try back.convertText(to: object.characterSet)
      #expect(
        try DataSetWriter.write(back, transferSyntax: .implicitVRLittleEndian)
          == DataSetWriter.write(object, transferSyntax: .implicitVRLittleEndian), "\(object.characterSet.terms)")
    }
  }
}
