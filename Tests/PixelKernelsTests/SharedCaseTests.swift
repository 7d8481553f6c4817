// SPDX-License-Identifier: Apache-2.0

import Foundation
import PixelKernels
import Testing

/// `Tests/Kernels/cases.json`, which the builds for browsers are held against too.
struct SharedCaseTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Window: Decodable, Sendable {
      let center: Double
      let width: Double
      let function: String
      let slope: Double
      let intercept: Double
      let inverse: Bool
    }

    struct Plane: Decodable, Sendable {
      let width: Int
      let height: Int
      let origin: [Double]
      let right: [Double]
      let down: [Double]
      let depth: [Double]
      let samples: Int
      let projection: String
      let outside: Int16
    }

    let name: String
    let kernel: String
    let input: Data
    let output: Data
    let shape: [Int]?
    let form: String?
    let window: Window?
    let sampleBytes: Int?
    let unused: Int?
    let signed: Bool?
    let grid: [Int]?
    let spacing: [Double]?
    let plane: Plane?

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Kernels/cases.json")
    return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
  }()

  @Test func thereAreCases() { #expect(Self.cases.count > 80) }

  @Test(arguments: cases)
  func givesTheBytesOfTheCase(_ one: Case) throws {
    // Memory of its own is aligned, slices of a file need not be.
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: one.input.count, alignment: 16)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: max(one.output.count, 65_536), alignment: 16)
    defer {
      input.deallocate()
      output.deallocate()
    }
    input.copyBytes(from: one.input)
    let count = try run(one, input, output)
    #expect(Data(output[..<count]) == one.output)
  }

  private func run(
    _ one: Case, _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    switch one.kernel {
    case "window": return try window(one, input, output)
    case "reslice": return try reslice(one, input, output)
    case "normalize":
      SampleKernel.normalize(
        input, sampleBytes: try #require(one.sampleBytes), unused: try #require(one.unused),
        isSigned: one.signed == true)
      output.copyMemory(from: UnsafeRawBufferPointer(input))
      return input.count
    default: return try code(one, UnsafeRawBufferPointer(input), output)
    }
  }

  private func code(
    _ one: Case, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    let numbers = try #require(one.shape)
    let shape = try #require(
      FrameShape(rows: numbers[0], columns: numbers[1], samples: numbers[2], sampleBytes: numbers[3]))
    switch one.kernel {
    case "rle": try RLEKernel.decode(input, shape, into: output)
    case "rle-encode": return try RLEKernel.encode(input, shape, into: output)
    default:
      let workspace = UnsafeMutableRawBufferPointer.allocate(
        byteCount: JPEGLosslessKernel.workspaceBytes(shape), alignment: 16)
      defer { workspace.deallocate() }
      try JPEGLosslessKernel.decode(input, shape, into: output, workspace: workspace)
    }
    return shape.byteCount
  }

  private func window(
    _ one: Case, _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    let given = try #require(one.window)
    let forms: [String: WindowKernel.Sample] = [
      "uint8": .unsigned8, "int8": .signed8, "uint16": .unsigned16, "int16": .signed16,
    ]
    let functions: [String: GreyWindow.Function] = [
      "LINEAR": .linear, "LINEAR_EXACT": .linearExact, "SIGMOID": .sigmoid,
    ]
    let sample = try #require(forms[one.form ?? ""])
    let window = GreyWindow(
      center: given.center, width: given.width, function: try #require(functions[given.function]),
      slope: given.slope, intercept: given.intercept, isInverse: given.inverse)
    var table = [UInt8](repeating: 0, count: sample.tableCount)
    table.withUnsafeMutableBufferPointer { table in
      WindowKernel.fill(table, sample, values: -32_768...65_535, window)
      WindowKernel.apply(
        UnsafeRawBufferPointer(input), sample, table: UnsafeBufferPointer(table),
        into: output.bindMemory(to: UInt8.self))
    }
    return input.count / sample.byteCount
  }

  private func reslice(
    _ one: Case, _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    let given = try #require(one.plane)
    let grid = try #require(one.grid)
    let spacing = vector(try #require(one.spacing))
    let shape = try #require(VolumeShape(columns: grid[0], rows: grid[1], slices: grid[2], spacing: spacing))
    var plane = ReslicePlane(
      width: given.width, height: given.height, origin: vector(given.origin), right: vector(given.right),
      down: vector(given.down))
    plane.depth = vector(given.depth)
    plane.samples = given.samples
    let projections: [String: ReslicePlane.Projection] = [
      "maximum": .maximum, "minimum": .minimum, "average": .average,
    ]
    plane.projection = try #require(projections[given.projection])
    plane.outside = given.outside
    let isDone = ResliceKernel.sample(
      UnsafeBufferPointer(input.bindMemory(to: Int16.self)), shape, plane, into: output.bindMemory(to: Int16.self))
    #expect(isDone)
    return given.width * given.height * 2
  }

  private func vector(_ values: [Double]) -> VolumeVector { VolumeVector(x: values[0], y: values[1], z: values[2]) }
}
