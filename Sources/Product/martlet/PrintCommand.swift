// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMPixels
import DICOMServices
import FileCommands
import Foundation
import MartletServer

/// Basic print management as SCU: images of files on films of a DICOM printer.
struct PrintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Print images on films of a DICOM printer.",
    discussion: """
      Frames are rendered as `martlet render` does it and fill the boxes of the films in order. Grayscale films carry \
      P-values of 12 bits, colour films RGB.

        martlet print printer.example 104 --called FILM1 --layout 'STANDARD\\4,5' --size 14INX17IN series/
      """)

  @OptionGroup var peer: PeerOptions
  @Argument(help: "Files, and folders of them.") var paths: [String]
  @Option(help: ArgumentHelp("Image Display Format: STANDARD\\columns,rows, ROW\\…, COL\\….", valueName: "format"))
  var layout = "STANDARD\\1,1"
  @Option(help: ArgumentHelp("Boxes of a film in a layout of the printer's own: CUSTOM\\i.", valueName: "count"))
  var boxes: Int?
  @Option(help: ArgumentHelp("Film Size ID, such as 14INX17IN or A4.", valueName: "size")) var size = "14INX17IN"
  @Flag(help: "Print on films that lie on their side.") var landscape = false
  @Flag(help: "Print in colour.") var color = false
  @Option(help: "Copies of each film.") var copies = 1
  @Option(help: "HIGH, MED or LOW.") var priority = "MED"
  @Option(help: "Label of the film session.") var label = ""
  @Option(help: "Medium Type, such as PAPER, CLEAR FILM or BLUE FILM.") var medium = ""
  @Flag(help: "Ask for images in their true size, where the files tell it.") var trueSize = false
  @Option(help: ArgumentHelp("Annotation Display Format ID of the printer.", valueName: "ID"))
  var annotationFormat = ""
  @Option(help: ArgumentHelp("Text of an annotation box of each film; once for each box.", valueName: "text"))
  var annotation: [String] = []
  @Option(help: ArgumentHelp("Seconds to wait until the print jobs are done.", valueName: "seconds"))
  var wait: Int?
  @Flag(help: "All frames of multi-frame images instead of the first.") var allFrames = false

  func validate() throws {
    guard format != nil else {
      let hint = layout.hasPrefix("CUSTOM") ? " It needs the number of its --boxes." : ""
      throw ValidationError("'\(layout)' is no Image Display Format.\(hint)")
    }
    guard FilmSize(rawValue: size) != nil else {
      let known = FilmSize.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(size)' is no film size: \(known).")
    }
    guard (1...PrintSession.maximumCopies).contains(copies) else {
      throw ValidationError("Copies are a number from 1 to \(PrintSession.maximumCopies).")
    }
    guard ["HIGH", "MED", "LOW"].contains(priority) else { throw ValidationError("A priority is HIGH, MED or LOW.") }
    guard annotation.isEmpty || !annotationFormat.isEmpty else {
      throw ValidationError("--annotation needs the --annotation-format of the printer.")
    }
    if let wait, !(1...86_400).contains(wait) { throw ValidationError("--wait takes 1 to 86400 seconds.") }
  }

  private struct Output: Encodable {
    let films: Int
    let images: Int
    let jobs: [String]
    let states: [String]?
    let events: [PrintedJobs.Event]?
  }

  func run() async throws {
    let images = try Importer.files(below: paths).flatMap(images)
    guard !images.isEmpty else { throw CommandFailure("there is no image among the files") }
    let films = films(of: images)
    let meta: UID = color ? .basicColorPrintManagementMeta : .basicGrayscalePrintManagementMeta
    let classes: [UID] = [meta] + (annotation.isEmpty ? [] : [.basicAnnotationBox]) + (wait == nil ? [] : [.printJob])
    let association = try await peer.connect(
      PresentationContext.numbered(
        classes.map { ($0, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]) }))
    let jobs = try await association.printFilms(films, on: meta).compactMap(\.self)
    var printed: PrintedJobs?
    if let wait {
      printed = PrintedJobs(jobs)
      try await printed?.follow(association, seconds: wait) { if peer.verbose { complain($0) } }
    }
    await peer.release(association)
    if peer.json {
      try printJSON(
        Output(
          films: films.count, images: images.count, jobs: jobs.map(\.rawValue), states: printed?.states,
          events: printed?.events))
    } else {
      print("\(images.count) images on \(films.count) \(films.count == 1 ? "film" : "films") sent to \(peer.called)")
    }
    if let printed, !printed.areDone {
      throw CommandFailure("not all is printed: \(printed.states.joined(separator: ", "))")
    }
  }

  /// Where the boxes of a printer's own layout are, the printer knows.
  private var format: ImageDisplayFormat? {
    guard let boxes else { return ImageDisplayFormat(layout) }
    let count = min(max(boxes, 1), ImageDisplayFormat.maximumBoxes)
    return (try? DeclaredDisplayFormats("\(layout)=ROW \(count)")).flatMap { ImageDisplayFormat(layout, declared: $0) }
  }

  private func films(of images: [Film.Image]) -> [Film] {
    guard let format else { return [] }
    return stride(from: 0, to: images.count, by: format.boxCount).map { start in
      var film = Film(format: format)
      film.size = FilmSize(rawValue: size) ?? film.size
      film.isLandscape = landscape
      (film.copies, film.priority, film.label, film.medium) = (copies, priority, label, medium)
      (film.annotationFormat, film.annotations) = (annotationFormat, annotation)
      for (box, image) in images[start..<min(start + format.boxCount, images.count)].enumerated() {
        film.images[box] = image
      }
      return film
    }
  }

  private func images(_ path: String) throws -> [Film.Image] {
    let file: Part10File
    do {
      file = try Part10File.read(ByteSlice(Array(try Data(contentsOf: URL(fileURLWithPath: path)))))
    } catch {
      if peer.verbose { complain("\(path): passed over: \(error)") }
      return []
    }
    guard file.dataSet[.pixelData] != nil else { return [] }
    let image: DisplayImage
    do {
      image = try DisplayImage(file.dataSet, transferSyntax: file.transferSyntax)
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
    return try (0..<(allFrames ? image.frameCount : min(1, image.frameCount))).map { frame in
      var options = RenderOptions()
      options.bits = color ? 8 : 16
      var printed = Film.Image(pixels: Self.pixels(try image.rendered(frame, options: options), color: color))
      if trueSize { printed.width = Self.width(file.dataSet) }
      return printed
    }
  }

  /// The width of the image in mm (PS3.3 §10.7.1.3).
  private static func width(_ dataSet: DataSet) -> Double? {
    let spacing = dataSet.doubles(.pixelSpacing) ?? dataSet.doubles(.imagerPixelSpacing) ?? []
    guard spacing.count == 2, let columns = dataSet.integer(.columns) else { return nil }
    return spacing[1] * Double(columns)
  }

  private static func pixels(_ picture: RenderedImage, color: Bool) -> DataSet {
    var pixels = DataSet()
    let (samples, allocated, stored) = color ? (3, 8, 8) : (1, 16, 12)
    pixels.set(.samplesPerPixel, .US, integers: [samples])
    pixels.set(.photometricInterpretation, .CS, color ? "RGB" : "MONOCHROME2")
    if color { pixels.set(.planarConfiguration, .US, integers: [0]) }
    pixels.set(.rows, .US, integers: [picture.height])
    pixels.set(.columns, .US, integers: [picture.width])
    pixels.set(.bitsAllocated, .US, integers: [allocated])
    pixels.set(.bitsStored, .US, integers: [stored])
    pixels.set(.highBit, .US, integers: [stored - 1])
    pixels.set(.pixelRepresentation, .US, integers: [0])
    let bytes = color ? PrintedPixels.rgb(picture) : PrintedPixels.grey(picture)
    pixels.set(DataElement(tag: .pixelData, vr: color ? .OB : .OW, value: .bytes(ByteSlice(bytes))))
    return pixels
  }
}
