// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

import struct DICOMCore.Tag

struct TagTests {
  @Test func parts() {
    let tag = Tag(0x0009, 0x10FE)
    #expect(tag.rawValue == 0x0009_10FE)
    #expect(tag.group == 9)
    #expect(tag.element == 0x10FE)
    #expect(tag.isPrivate)
    #expect(!tag.isPrivateCreator)
    #expect(Tag(0x0009, 0x0010).isPrivateCreator)
    #expect(!Tag(0x0008, 0x0010).isPrivateCreator)
    #expect(Tag(0x0008, 0x0000).isGroupLength)
    #expect(Tag(0x0008, 0xFFFF) < Tag(0x0009, 0x0000))
  }

  @Test func text() {
    #expect("\(Tag(0x7FE0, 0x0010))" == "(7fe0,0010)")
    #expect(Tag(0x7FE0, 0x0010).hexadecimal == "7FE00010")
    #expect(Tag(0x0008, 0x0005).hexadecimal == "00080005")
    #expect(Tag(hexadecimal: "(7fe0,0010)") == Tag(0x7FE0, 0x0010))
    #expect(Tag(hexadecimal: "7FE00010") == Tag(0x7FE0, 0x0010))
    for text in ["", "7FE0001", "7FE000100", "7FE0001G", "+FE00010", "PatientID", "(7fe0.0010)"] {
      #expect(Tag(hexadecimal: text) == nil, "\(text)")
    }
  }
}
