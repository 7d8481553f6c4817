// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Basic print management (PS3.4 Annex H) with the statuses of §H.4.
  public static let printManagement = ServiceClass(
    name: "Print Management", annex: "H",
    operations: [
      Operation(
        request: .nCreateRQ, sopClasses: PrintManagement.creatable,
        statuses: [
          StatusRange(0xB600, .warning, "Memory allocation not supported"),
          StatusRange(0xB605, .warning, "Requested density is outside of the printer's range"),
          StatusRange(0xC616, .failure, "There is an existing film box that has not been printed"),
        ]),
      Operation(
        request: .nSetRQ, sopClasses: [.basicFilmSession, .basicFilmBox] + PrintManagement.boxes,
        statuses: [
          StatusRange(0xB600, .warning, "Memory allocation not supported"),
          StatusRange(0xB604, .warning, "Image has been demagnified"),
          StatusRange(0xB605, .warning, "Requested density is outside of the printer's range"),
          StatusRange(0xB609, .warning, "Image has been cropped"),
          StatusRange(0xB60A, .warning, "Image has been decimated"),
          StatusRange(0xC603, .failure, "Image size is larger than image box size"),
          StatusRange(0xC605, .failure, "Insufficient memory in printer to store the image"),
        ]),
      Operation(
        request: .nActionRQ, sopClasses: [.basicFilmSession, .basicFilmBox],
        statuses: [
          StatusRange(0xB601, .warning, "Film session printing is not supported"),
          StatusRange(0xB602, .warning, "The film session has no images"),
          StatusRange(0xB603, .warning, "The film box has no images"),
          StatusRange(0xC600, .failure, "The film session has no film boxes"),
          StatusRange(0xC601, .failure, "Unable to create a print job for the film session"),
          StatusRange(0xC602, .failure, "Unable to create a print job for the film box"),
        ]),
      Operation(
        request: .nDeleteRQ, sopClasses: [.basicFilmSession, .basicFilmBox, .presentationLUT], statuses: []),
      Operation(
        request: .nGetRQ, sopClasses: [.printer, .printJob, .printerConfigurationRetrieval], statuses: []),
    ])
}

/// Facts of basic print management (PS3.4 Annex H).
public enum PrintManagement {
  /// Meta SOP classes (PS3.4 tables H.3.2-1 and H.3.2-2).
  public static let metaSOPClasses: [UID] = [.basicGrayscalePrintManagementMeta, .basicColorPrintManagementMeta]
  /// SOP classes that are negotiated beside a meta SOP class.
  public static let optionalSOPClasses: [UID] = [
    .basicAnnotationBox, .presentationLUT, .printJob, .printerConfigurationRetrieval,
  ]
  static let creatable: [UID] = [.basicFilmSession, .basicFilmBox, .presentationLUT]
  static let boxes: [UID] = [.basicGrayscaleImageBox, .basicColorImageBox, .basicAnnotationBox]

  /// Print (PS3.4 tables H.4.1.2.4.1 and H.4.2.2.4.1).
  public static let printActionTypeID: UInt16 = 1
}
