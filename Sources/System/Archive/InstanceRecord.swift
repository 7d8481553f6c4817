// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The four UIDs that say what an instance is and where it belongs.
public struct InstanceIdentity: Hashable, Sendable {
  public var study: UID
  public var series: UID
  public var instance: UID
  public var sopClass: UID

  public init(study: UID, series: UID, instance: UID, sopClass: UID) {
    self.study = study
    self.series = series
    self.instance = instance
    self.sopClass = sopClass
  }
}

/// Where the bytes of an instance stand: a range of a segment or of a study file that is a complete Part 10 file.
public struct StoredLocation: Hashable, Sendable {
  /// Path of the file below the storage folder.
  public var file: String
  /// Position of the Part 10 file's first byte.
  public var offset: Int64
  /// Bytes of the Part 10 file.
  public var length: Int64
  /// CRC-32C of these bytes.
  public var checksum: UInt32
  /// Position of the data set behind preamble and file meta information, counted from `offset`.
  public var dataSetOffset: Int64
  /// Position of the (7FE0,0008), (7FE0,0009) or (7FE0,0010) element, counted from `offset`; nil where there is none
  /// or the data set is deflated.
  public var pixelDataOffset: Int64?
  /// What the instance was before it was compressed at rest; nil where it stands as received.
  public var original: OriginalForm?

  /// Bytes of the data set as received.
  public var dataSetLength: Int64 { original?.dataSetLength ?? length - dataSetOffset }

  public init(
    file: String, offset: Int64, length: Int64, checksum: UInt32, dataSetOffset: Int64, pixelDataOffset: Int64?,
    original: OriginalForm? = nil
  ) {
    self.file = file
    self.offset = offset
    self.length = length
    self.checksum = checksum
    self.dataSetOffset = dataSetOffset
    self.pixelDataOffset = pixelDataOffset
    self.original = original
  }
}

/// By which way and from whom an instance came.
public struct InstanceSource: Hashable, Sendable {
  public enum Way: String, Sendable { case dimse, web, imported, recovered }

  public var way: Way
  /// Calling AE title, user name or path.
  public var sender: String
  /// Called AE title, where there is one.
  public var receiver: String
  /// Network address of the sender, where there is one.
  public var address: String

  public init(way: Way, sender: String, receiver: String = "", address: String = "") {
    self.way = way
    self.sender = sender
    self.receiver = receiver
    self.address = address
  }
}

/// What the index keeps of one instance.
public struct InstanceRecord: Sendable {
  public var identity: InstanceIdentity
  /// Of the file as it stands.
  public var transferSyntax: UID
  /// The indexed attributes (`IndexedAttributes`), in UTF-8.
  public var attributes: DataSet
  public var location: StoredLocation
  /// CRC-32C of the data set's bytes as received, without preamble and file meta information.
  public var dataSetChecksum: UInt32
  public var source: InstanceSource
  /// Microseconds since 1970-01-01 UTC.
  public var receivedAt: Int64
  /// 1 is current; a different data set under a known SOP Instance UID gets the next number. Set by the index.
  public var version: Int

  /// Bytes of the data set as received.
  public var dataSetLength: Int64 { location.dataSetLength }

  /// The transfer syntax in which it was received.
  public var receivedTransferSyntax: UID { location.original?.transferSyntax ?? transferSyntax }

  public init(
    identity: InstanceIdentity, transferSyntax: UID, attributes: DataSet, location: StoredLocation,
    dataSetChecksum: UInt32, source: InstanceSource, receivedAt: Int64, version: Int = 1
  ) {
    self.identity = identity
    self.transferSyntax = transferSyntax
    self.attributes = attributes
    self.location = location
    self.dataSetChecksum = dataSetChecksum
    self.source = source
    self.receivedAt = receivedAt
    self.version = version
  }
}
