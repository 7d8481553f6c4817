// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMNetwork
import Testing

@testable import DICOMGateway

@Suite struct ForwardingBatchTests {
  private func instance(_ sopClass: Int, _ transferSyntax: UID, _ number: Int) -> StoredInstance {
    StoredInstance(
      identity: InstanceIdentity(
        study: "1.2", series: "1.2.3", instance: UID("1.2.3.\(number)"), sopClass: UID("1.9.\(sopClass)")),
      transferSyntax: transferSyntax,
      location: StoredLocation(file: "f", offset: 0, length: 0, checksum: 0, dataSetOffset: 0, pixelDataOffset: nil),
      dataSetChecksum: 0, version: 1)
  }

  @Test func oneClassNeedsItsSyntaxAndTheNativeOnes() {
    let batches = ForwardingBatch.split((0..<5).map { instance(1, "1.2.840.10008.1.2.4.70", $0) })
    #expect(batches.count == 1)
    #expect(batches.first?.instances.count == 5)
    #expect(
      batches.first?.contexts.map(\.transferSyntaxes) == [
        ["1.2.840.10008.1.2.4.70"], ["1.2.840.10008.1.2.1"], ["1.2.840.10008.1.2"],
      ])
    #expect(batches.first?.contexts.map(\.id) == [1, 3, 5])
  }

  @Test func contextsOverTheLimitOpenAnotherAssociation() {
    let batches = ForwardingBatch.split((0..<100).map { instance($0, "1.2.840.10008.1.2.4.90", $0) })
    #expect(batches.count == 3)
    #expect(batches.map(\.instances.count).reduce(0, +) == 100)
    for batch in batches {
      #expect(batch.contexts.count <= 128)
      #expect(Set(batch.contexts.map(\.id)).count == batch.contexts.count)
      for instance in batch.instances {
        #expect(
          batch.contexts.contains {
            $0.abstractSyntax == instance.identity.sopClass && $0.transferSyntaxes == [instance.transferSyntax]
          })
      }
    }
  }

  @Test func nothingNeedsNoAssociation() { #expect(ForwardingBatch.split([]).isEmpty) }
}
