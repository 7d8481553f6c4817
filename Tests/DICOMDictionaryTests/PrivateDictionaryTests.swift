// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct PrivateDictionaryTests {
  @Test(arguments: [
    (0x0029 as UInt16, "SIEMENS CSA HEADER", 0x10 as UInt8, "CSA Image Header Info", VR.OB, "CSAImageHeaderInfo"),
    (0x0043, "GEMS_PARM_01", 0x39, "Slop_int_6... slop_int_9", .IS, "SlopInt6SlopInt9"),
    (0x2001, "Philips Imaging DD 001", 0x03, "Diffusion B-Factor", .FL, "DiffusionBFactor"),
    (0x7053, "Philips PET Private Group", 0x00, "SUV Scale Factor", .DS, "SUVScaleFactor"),
    (0x0025, "FDMS 1.0", 0x34, "tan θ", .SS, "TanΘ"),
    // A repeating group.
    (0x6003, "DLX_LKUP_01", 0x02, "Gray Palette color lookup table data", .LT, "GrayPaletteColorLookupTableData"),
  ])
  func knowsElements(group: UInt16, creator: String, element: UInt8, name: String, vr: VR, keyword: String) {
    let entry = PrivateDictionary.entry(group: group, creator: creator, element: element)
    #expect(entry?.name == name)
    #expect(entry?.vr == vr)
    #expect(entry?.keyword == keyword)
    var dataSet = DataSet()
    dataSet.set(Tag(group, 0x0042), .LO, creator)
    let found = PrivateDictionary.entry(for: Tag(group, 0x4200 | UInt16(element)), in: dataSet)
    #expect(creator.contains("θ") || found == entry)
    #expect(PrivateDictionary.entry(for: Tag(group, 0x4300 | UInt16(element)), in: dataSet) == nil)
  }

  @Test func knowsNothingOfOthers() {
    #expect(PrivateDictionary.entry(group: 0x0029, creator: "SIEMENS CSA", element: 0x10) == nil)
    #expect(PrivateDictionary.entry(group: 0x0029, creator: "SIEMENS CSA HEADER", element: 0xEE) == nil)
    #expect(PrivateDictionary.entry(group: 0x0031, creator: "SIEMENS CSA HEADER", element: 0x10) == nil)
    #expect(PrivateDictionary.entry(group: 0x0029, creator: "", element: 0x10) == nil)
    #expect(PrivateDictionary.entries(creator: "nobody").isEmpty)
  }

  @Test func everyElementIsFound() {
    let creators = PrivateDictionary.creators
    #expect(creators.count > 400)
    var count = 0
    for creator in creators {
      let entries = PrivateDictionary.entries(creator: creator)
      count += entries.count
      for entry in [entries.first, entries.last, entries[entries.count / 2]].compactMap({ $0 }) {
        let element = UInt8(truncatingIfNeeded: entry.tag.element)
        #expect(PrivateDictionary.entry(group: entry.tag.group, creator: creator, element: element) == entry)
      }
    }
    #expect(count == PrivateDictionary.count)
    #expect(count > 10_000)
  }
}
