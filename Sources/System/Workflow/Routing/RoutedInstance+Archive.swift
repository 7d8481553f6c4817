// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile

extension ImageArchive {
  /// What rules can see of a stored instance: its header and from whom it came; nil where it is gone.
  /// - Parameter isCorrected: with what corrections make of the header.
  public func routed(
    _ instance: UID, arrival: TimeWindow.Moment, isCorrected: Bool = false
  ) throws -> RoutedInstance? {
    guard let stored = try indexed.versions(of: instance).first else { return nil }
    let location = stored.location
    let header: ByteSlice
    do {
      header = try readAll(location, count: location.pixelDataOffset ?? location.length)
    } catch let error as ArchiveError where error.code == .missing {
      return nil
    }
    guard let meta = try? Part10Header.parse(header),
      var dataSet = try? DataSetReader.read(
        header[Int(location.dataSetOffset)..<header.count], transferSyntax: TransferSyntax(stored.transferSyntax))
    else { return nil }
    if isCorrected, let change = stored.change { try change.apply(to: &dataSet) }
    let sender = InstanceSource(fileMetaInformation: meta.meta)?.sender
    return RoutedInstance(
      dataSet: dataSet, sender: sender ?? meta.meta.string(.sourceApplicationEntityTitle) ?? "", arrival: arrival)
  }
}
