// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Values of a VR that the first byte chooses (PS3.5 §6.2). Any bytes can be read; what follows the rules of the VR can
/// be set and read back; dates, times, ranges and numbers print as they are read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzValues(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard let first = bytes.first else { return 0 }
  let vr = VR.allCases[Int(first) % VR.allCases.count]
  let rest = Array(bytes.dropFirst())
  read(rest, vr)
  let text = String(decoding: rest, as: UTF8.self)
  parse(text)
  guard vr.isText, (try? ValueRules.check(text, vr)) != nil else { return 0 }
  var dataSet = DataSet(inheritedCharacterSet: .utf8)
  guard (try? dataSet.set(.patientID, vr, to: .texts([text]))) != nil else {
    preconditionFailure("a value that follows the rules cannot be set")
  }
  let spaces: Set<Unicode.Scalar> = [" ", "\0"]
  let trimmed = text.unicodeScalars.filter { !spaces.contains($0) }
  let again = (dataSet.strings(.patientID)?.joined() ?? "").unicodeScalars.filter { !spaces.contains($0) }
  precondition(trimmed.elementsEqual(again), "a value does not read back as it was set")
  return 0
}

private func read(_ bytes: [UInt8], _ vr: VR) {
  for order in [ByteOrder.littleEndian, .bigEndian] {
    var dataSet = DataSet(byteOrder: order)
    dataSet.set(DataElement(tag: .patientID, vr: vr, value: .bytes(ByteSlice(bytes))))
    guard let values = dataSet.values(.patientID) else { preconditionFailure("a value is lost") }
    precondition(values.count <= bytes.count + 1, "more values than bytes")
    _ = (dataSet.strings(.patientID), dataSet.doubles(.patientID), dataSet.unsignedIntegers(.patientID))
    _ = try? dataSet.set(.patientName, vr, to: values)
  }
}

private func parse(_ text: String) {
  if let date = DICOMDate(text) { precondition(DICOMDate(date.description) == date) }
  if let time = DICOMTime(text) { precondition(DICOMTime(time.description) == time) }
  if let moment = DICOMDateTime(text) {
    precondition(DICOMDateTime(moment.description) == moment)
    _ = moment.microsecondsSince1970()
  }
  if let range = ValueRange<DICOMDate>(text) { precondition(ValueRange(range.description) == range) }
  if let range = ValueRange<DICOMTime>(text) { precondition(ValueRange(range.description) == range) }
  if let range = ValueRange<DICOMDateTime>(text) { precondition(ValueRange(range.description) == range) }
  if let age = Age(text) { precondition(Age(age.description) == age) }
  if let decimal = DecimalString(text), let short = DecimalString(decimal.value) {
    precondition(short.text.utf8.count <= DecimalString.maximumLength && DecimalString(short.text) != nil)
  }
  let name = PersonName(text).description
  precondition(PersonName(name).description == name)
}
