// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

import struct DICOMCore.Tag

struct UIDDictionaryTests {
  @Test func knowsUIDs() throws {
    let entry = try #require(UIDDictionary.entry(for: "1.2.840.10008.5.1.4.1.1.2"))
    #expect(entry.keyword == "CTImageStorage")
    #expect(entry.name == "CT Image Storage")
    #expect(entry.type == "SOP Class")
    #expect(entry.iodKey == "ct-image")
    #expect(!entry.isRetired)
    #expect(UIDDictionary.entry(for: "1.2.840.10008.1.2.2")?.isRetired == true)
    #expect(UIDDictionary.entry(for: "1.2.840.10008.5.1.4.1.1.2.") == nil)
    #expect(UIDDictionary.entry(for: "1.2.3") == nil)
    #expect(UIDDictionary.entry(for: "") == nil)
  }

  @Test func everyUIDIsFound() {
    let all = UIDDictionary.all
    #expect(all.count == 493)
    for entry in all { #expect(UIDDictionary.entry(for: entry.uid) == entry) }
  }

  @Test func constantsAreTheDictionary() {
    #expect(UID.verification == "1.2.840.10008.1.1")
    #expect(UID.ctImageStorage == "1.2.840.10008.5.1.4.1.1.2")
    #expect(UID.studyRootQueryRetrieveInformationModelFind == "1.2.840.10008.5.1.4.1.2.2.1")
    #expect(TransferSyntax.jpegLSLossless.uid == "1.2.840.10008.1.2.4.80")
    #expect(TransferSyntax.htj2kLossless.uid == "1.2.840.10008.1.2.4.201")
  }

  @Test func storageSOPClasses() {
    #expect(StorageSOPClasses.all.count == 180)
    #expect(Set(StorageSOPClasses.all).count == 180)
    #expect(StorageSOPClasses.all.contains(.ctImageStorage))
    #expect(StorageSOPClasses.all.allSatisfy { StorageSOPClasses.iodKey(for: $0) != nil })
    #expect(StorageSOPClasses.retired.contains(.ultrasoundImageStorageRetired))
    #expect(!StorageSOPClasses.retired.contains(.storageCommitmentPushModel))
    #expect(StorageSOPClasses.retired.allSatisfy { UIDDictionary.entry(for: $0)?.isRetired == true })
    #expect(StorageSOPClasses.industrial.contains(.dicosCTImageStorage))
  }

  @Test(arguments: TransferSyntaxes.facts)
  func transferSyntaxKnowsItsEncoding(facts: TransferSyntaxes.Facts) {
    let syntax = facts.transferSyntax
    #expect(syntax.isEncapsulated == facts.isEncapsulated)
    #expect(syntax.isDeflated == facts.isDeflated)
    #expect((syntax.byteOrder == .bigEndian) == facts.isBigEndian)
    #expect(syntax.isExplicitVR == facts.isExplicitVR)
  }

  @Test func transferSyntaxes() {
    #expect(TransferSyntaxes.all.count == 63)
    #expect(TransferSyntaxes.name(.explicitVRLittleEndian) == "Explicit VR Little Endian")
  }
}
