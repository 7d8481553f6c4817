// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
public import DICOMServices
import Synchronization

/// Basic grayscale and colour print management as SCP (PS3.4 Annex H): each association has a film session of its own.
struct PrintProvider: ServiceProvider {
  private let printer: FilmPrinter

  init(_ printer: FilmPrinter) { self.printer = printer }

  static let offered = [
    OfferedService(
      serviceClass: "Print Management", annex: "H",
      sopClasses: PrintManagement.metaSOPClasses + PrintManagement.optionalSOPClasses,
      operations: [.nCreateRQ, .nSetRQ, .nGetRQ, .nActionRQ, .nDeleteRQ, .nEventReportRQ])
  ]

  var services: [OfferedService] { Self.offered }

  func forAssociation() -> any ServiceProvider { PrintAssociation(printer) }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    try PrintAssociation(printer).perform(request)
  }
}

/// Where films go.
public struct FilmPrinter: Sendable {
  /// Printer Name (2110,0030), as N-GET tells it.
  public var name: String
  /// Image display formats of its own.
  public var formats: DeclaredDisplayFormats
  /// Takes the films of a print job. When this returns, they are kept, and come out of a printer in the end.
  public var take: @Sendable (_ films: [Film], _ job: UID, _ caller: String) throws -> Void

  /// Where a print job stands; nil for one that is not known.
  public var job: @Sendable (UID) throws -> PrintJobStatus?
  /// How the printer is.
  public var status: @Sendable () throws -> PrinterStatus

  public init(
    name: String, formats: DeclaredDisplayFormats = .none,
    take: @escaping @Sendable (_ films: [Film], _ job: UID, _ caller: String) throws -> Void,
    job: @escaping @Sendable (UID) throws -> PrintJobStatus?, status: @escaping @Sendable () throws -> PrinterStatus
  ) {
    self.name = name
    self.formats = formats
    self.take = take
    self.job = job
    self.status = status
  }
}

/// The film session of one association.
final class PrintAssociation: ServiceProvider {
  private let printer: FilmPrinter
  private let session: Mutex<PrintSession>
  private let watch = PrintWatch()

  init(_ printer: FilmPrinter) {
    self.printer = printer
    session = Mutex(PrintSession(formats: printer.formats) { UID.random() })
  }

  let services = PrintProvider.offered

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    let command = request.command
    guard let sopClass = command.requestedSOPClassUID ?? command.affectedSOPClassUID else {
      return NormalizedResponse(.noSuchSOPClass, "the command names no SOP class")
    }
    if request.operation == .nGetRQ, Self.shown.contains(sopClass) { return try get(sopClass, command) }
    var asked = PrintSession.Request(
      request.operation, sopClass, command.requestedSOPInstanceUID ?? command.affectedSOPInstanceUID,
      actionTypeID: command.actionTypeID, request.dataSet ?? DataSet())
    if PrintManagement.metaSOPClasses.contains(request.abstractSyntax) {
      asked.isColor = request.abstractSyntax == .basicColorPrintManagementMeta
    }
    let answer = session.withLock { $0.perform(asked) }
    var response = NormalizedResponse(answer.status, answer.comment)
    response.dataSet = answer.dataSet
    response.sopInstance = request.operation == .nCreateRQ ? answer.sopInstance : nil
    if !answer.films.isEmpty { try printFilms(answer.films, request, &response) }
    return response
  }

  private func printFilms(
    _ films: [Film], _ request: NormalizedRequest, _ response: inout NormalizedResponse
  ) throws {
    let job = UID.random()
    do {
      try printer.take(films, job, request.caller)
    } catch {
      let isSession = request.command.requestedSOPClassUID == .basicFilmSession
      response = NormalizedResponse(DIMSEStatus(isSession ? 0xC601 : 0xC602), "\(error)")
      return
    }
    watch.add(job)
    var reference = DataSet()
    reference.set(.referencedSOPClassUID, .printJob)
    reference.set(.referencedSOPInstanceUID, job)
    var reply = DataSet()
    reply.set(.referencedPrintJobSequence, items: [reference])
    response.dataSet = reply
  }

  // MARK: N-EVENT-REPORT of print job and printer

  var isWatching: Bool { true }

  func owed() throws -> (any OwedReport)? { try watch.next(printer) }

  /// What N-GET shows.
  private static let shown: Set<UID> = [.printer, .printJob, .printerConfigurationRetrieval]

  // MARK: N-GET of printer, print job and configuration (PS3.4 §H.4.5, §H.4.6, §H.4.11)

  private func get(_ sopClass: UID, _ command: CommandSet) throws -> NormalizedResponse {
    var answer = DataSet()
    switch (sopClass, command.requestedSOPInstanceUID) {
    case (.printer, .some(.printerInstance)):
      let status = try printer.status()
      answer.set(.printerStatus, .CS, status.condition.rawValue)
      answer.set(.printerStatusInfo, .CS, status.info)
      answer.set(.printerName, .LO, printer.name)
      answer.set(.manufacturer, .LO, "Martlet")
    case (.printerConfigurationRetrieval, .some(.printerConfigurationRetrievalInstance)):
      answer.set(.printerConfigurationSequence, items: [configuration])
    case (.printJob, let instance?):
      guard let status = try printer.job(instance) else {
        return NormalizedResponse(.noSuchSOPInstance, "there is no such print job")
      }
      answer.set(.executionStatus, .CS, status.execution.rawValue)
      answer.set(.executionStatusInfo, .CS, status.info)
      answer.set(.printPriority, .CS, status.priority)
      answer.set(.printerName, .LO, printer.name)
    default: return NormalizedResponse(.noSuchSOPInstance, "there is no such instance")
    }
    let wanted = Set(command.attributeIdentifierList ?? [])
    if !wanted.isEmpty {
      for tag in answer.elements.map(\.tag) where !wanted.contains(tag) { answer.remove(tag) }
    }
    var response = NormalizedResponse(.success)
    response.dataSet = answer
    return response
  }

  private var configuration: DataSet {
    var item = DataSet()
    item.set(
      .sopClassesSupported, .UI, (PrintManagement.metaSOPClasses + PrintManagement.optionalSOPClasses).map(\.rawValue))
    item.set(.memoryBitDepth, .US, integers: [16])
    item.set(.printingBitDepth, .US, integers: [8])
    item.set(
      .mediaInstalledSequence,
      items: FilmSize.allCases.enumerated().map { number, size in
        var medium = DataSet()
        medium.set(.itemNumber, .US, integers: [number + 1])
        medium.set(.mediumType, .CS, "PAPER")
        medium.set(.filmSizeID, .CS, size.rawValue)
        medium.set(.minDensity, .US, integers: [0])
        medium.set(.maxDensity, .US, integers: [400])
        return medium
      })
    item.set(.defaultMagnificationType, .CS, "CUBIC")
    item.set(.otherMagnificationTypesAvailable, .CS, ["REPLICATE", "BILINEAR", "NONE"])
    item.set(.decimateCropResult, .CS, "DECIMATE")
    item.set(.manufacturer, .LO, "Martlet")
    item.set(.printerName, .LO, printer.name)
    return item
  }
}
