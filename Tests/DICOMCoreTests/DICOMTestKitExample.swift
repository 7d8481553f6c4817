// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

func ctSlice(_ number: Int) -> DataSet {
  DataSet.build([
    .sopClassUID: "1.2.840.10008.5.1.4.1.1.2", .sopInstanceUID: .text(["1.2.3.\(number)"]), .modality: "CT",
    .instanceNumber: .integers([number]), .imagePositionPatient: .doubles([0, 0, 2.5 * Double(number)]),
    .rows: 512, .columns: 512,
  ])
}

@Suite struct DICOMTestKitExample {
  @Test func valuesHaveTheirVR() {
    let slice = ctSlice(2)
    #expect(slice[.imagePositionPatient]?.vr == .DS)
    #expect(slice.doubles(.imagePositionPatient) == [0, 0, 5])
  }
}
