// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import Foundation
import Synchronization

/// `martlet render`: images as pictures.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Turn DICOM images into pictures: PNG, JPEG or raw samples.",
    discussion: """
      The picture shows what the image's attributes ask for: modality transform, window or VOI LUT, palette, overlays, \
      shutter, the shape of the pixels; with --presentation-state what that state says. With a blending state the \
      underlying images are rendered with the superimposed ones, which must be among the files. Folders are searched \
      with all that is in them, and files that are no images are passed over. Pictures are named after their files, \
      those of multi-frame images with the frame's number. Exit code 1 says that a file could not be rendered.
      """)

  @Argument(help: "Files or folders; - is the standard input.")
  var files: [String]

  @Option(name: [.short, .long], help: "Folder, or with one picture its file; - is the standard output.")
  var output = "."

  @Option(help: "Frame to render, counted from 1, or all. (default: the first, or the presentation state's first)")
  var frame: FrameChoice?

  @Option(
    parsing: .unconditional,
    help: "Center and width of the window in the image's unit after its modality transform, as in -600,1500.")
  var window: WindowArgument?

  @Option(help: "How the window falls off.")
  var windowFunction = Window.Function.linear

  @Flag(help: "The window is in the unit of the image's first real world value mapping.")
  var realWorld = false

  @Option(help: ArgumentHelp("A usual CT window: " + WindowPreset.list + ".", valueName: "name"))
  var preset: WindowPreset?

  @Option(help: "One of the image's own windows and VOI LUTs, counted from 1; --json lists them.")
  var voiIndex: Int?

  @Option(help: "Show all values between the least and the greatest, of the frame or that can be stored.")
  var range: RangeArgument?

  @Option(help: "A softcopy presentation state to apply; images that it is not made for are not rendered.")
  var presentationState: String?

  @Option(help: "Overlay planes of the image.")
  var overlays = SwitchArgument.on

  @Option(help: "Display shutter of the image.")
  var shutter = SwitchArgument.on

  @Option(help: "Fit the picture into this many pixels, as in 512x512.")
  var size: SizeArgument?

  @Flag(help: "One pixel of the picture for each of the image, whatever their shape.")
  var keepMatrix = false

  @Option(help: "A calibrated display: file with its luminance in cd/m² at each driving level (PS3.14).")
  var display: String?

  @Option(help: "Distance of the display's pixels in mm, for presentation at true size.")
  var displayPitch = 25.4 / 96

  @Option(help: "png, jpeg or raw (samples from the top left, 16 bits little endian).")
  var format = PictureFormat.png

  @Option(help: "Bits of a sample in PNG and raw pictures: 8 or 16.")
  var bits = 8

  @Option(help: "ICC profile of colour pictures: keep that of the image, none, or convert to another space.")
  var icc = ProfileChoice.keep

  @Option(help: "Quality of JPEG, 1 to 100.")
  var quality = 90

  @Option(help: "Files that are rendered at the same time; 0 takes as many as there are processors.")
  var jobs = 0

  @Flag(help: "Print what was rendered, and which windows there are, as JSON.")
  var json = false

  mutating func validate() throws {
    let choices = [window != nil, preset != nil, voiIndex != nil, range != nil].filter { $0 }.count
    if choices > 1 { throw ValidationError("--window, --preset, --voi-index and --range exclude each other.") }
    if realWorld && window == nil { throw ValidationError("--real-world needs --window.") }
    if let voiIndex, voiIndex < 1 { throw ValidationError("--voi-index counts from 1.") }
    if bits != 8 && bits != 16 { throw ValidationError("--bits is 8 or 16.") }
    if bits == 16 && format == .jpeg { throw ValidationError("JPEG pictures have 8 bits.") }
    if !(1...100).contains(quality) { throw ValidationError("--quality is 1 to 100.") }
    if jobs < 0 { throw ValidationError("--jobs is not negative.") }
    if !(displayPitch > 0.001 && displayPitch < 100) { throw ValidationError("--display-pitch is in mm.") }
    if json && output == "-" {
      throw ValidationError("--json and a picture on the standard output exclude each other.")
    }
    if let window, !chosenWindow(window).isValid { throw ValidationError("A linear window is at least 1 wide.") }
  }

  mutating func run() throws {
    let inputs = RenderInputs(files).entries
    let hasPictureName = PictureFormat(argument: (output as NSString).pathExtension.lowercased()) != nil
    let isFile = inputs.count == 1 && files.count == 1 && !inputs[0].isFound && hasPictureName
    if output == "-" || isFile, case .all? = frame { throw ValidationError("Several frames need a folder.") }
    if output == "-", inputs.count > 1 { throw ValidationError("Several pictures need a folder.") }
    let state = try readState()
    let task = RenderTask(
      options: try options(state), frames: frame, format: format, quality: quality, profile: icc, output: output,
      isFolder: output != "-" && (!isFile || RenderInputs.isFolder(output)))
    if state?.uid(.sopClassUID) == BlendingPresentation.sopClass, let state {
      return try blend(state, task, inputs)
    }
    let results = Mutex<(frames: [Int: [RenderedFrame]], failed: Int)>(([:], 0))
    let workers = jobs == 0 ? ProcessInfo.processInfo.activeProcessorCount : jobs
    let next = Mutex(0)
    let keepsFrames = json
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, inputs.count))) { _ in
      while true {
        let index = next.withLock { next in
          next += 1
          return next - 1
        }
        guard index < inputs.count else { return }
        do {
          guard let frames = try task.render(inputs[index]) else { continue }
          if keepsFrames { results.withLock { $0.frames[index] = frames } }
        } catch {
          results.withLock { $0.failed += 1 }
          complain("martlet: \(inputs[index].path): \(error)")
        }
      }
    }
    let (frames, failed) = results.withLock { $0 }
    if json { try printJSON(frames.sorted { $0.key < $1.key }.flatMap(\.value)) }
    flushOutput()
    if failed > 0 { throw ExitCode.failure }
  }

  private func chosenWindow(_ argument: WindowArgument) -> Window {
    Window(center: argument.center, width: argument.width, function: windowFunction)
  }

  private func readState() throws -> DataSet? {
    try presentationState.map { path in
      do {
        return try Part10File.read(try FileBytes(path).readAll()).dataSet
      } catch {
        throw CommandFailure("\(path): \(error)")
      }
    }
  }

  /// The underlying images of a blending state, with the superimposed ones that are among the files too.
  private func blend(_ state: DataSet, _ task: RenderTask, _ inputs: [RenderInputs.Entry]) throws {
    var failed = 0
    let frames = try BlendingTask(state: try BlendingPresentation(state), task: task).render(inputs) { entry, error in
      failed += 1
      complain("martlet: \(entry.path): \(error)")
    }
    if json { try printJSON(frames) }
    flushOutput()
    if failed > 0 { throw ExitCode.failure }
  }

  private func options(_ state: DataSet?) throws -> RenderOptions {
    var options = RenderOptions()
    if let window {
      options.window = chosenWindow(window)
    } else if let preset {
      options.window = preset.window
    } else if let voiIndex {
      options.voi = .stored(voiIndex - 1)
    } else if let range {
      options.voi = range == .frame ? .frameRange : .storedRange
    }
    options.windowsAreRealWorld = realWorld
    options.viewport = size.map { ($0.width, $0.height) }
    options.keepsMatrix = keepMatrix
    options.bits = bits
    options.showsOverlays = overlays == .on
    options.showsShutter = shutter == .on
    options.displayPixelSpacing = displayPitch
    options.display = try display.map { try DisplayFile.read($0) }
    if let state, state.uid(.sopClassUID) != BlendingPresentation.sopClass {
      do {
        options.presentation = try SoftcopyPresentation(state)
      } catch {
        throw CommandFailure("\(presentationState ?? ""): \(error)")
      }
    }
    return options
  }
}
