// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork

/// Command sets (PS3.7 §6.3, §9.3, §10.3), whole and in fragments. What was decoded is read field by field, answered,
/// and reads back as it was written. The first byte says where the command is cut in two.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCommandSet(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let command = Array(bytes.dropFirst())
  let whole = try? CommandSet(command)
  if let whole {
    read(whole)
    precondition((try? CommandSet(whole.encoded())) == whole, "a command set does not read back as it was written")
  }
  let cut = command.isEmpty ? 0 : Int(first) % (command.count + 1)
  guard let message = assembled(command, cut) else {
    precondition(whole == nil, "a command set that can be read is none in fragments")
    return 0
  }
  precondition(message.command == whole, "a command set is another one in fragments")
  return 0
}

private func assembled(_ command: [UInt8], _ cut: Int) -> DIMSEMessage? {
  var assembler = MessageAssembler(contexts: [1])
  for (piece, isLast) in [(command[..<cut], false), (command[cut...], true)] {
    let value = PresentationDataValue(contextID: 1, isCommand: true, isLast: isLast, bytes: .init(Array(piece)))
    guard let event = try? assembler.receive(value) else { return nil }
    if case .command(let message) = event { return message }
  }
  return nil
}

private func read(_ command: CommandSet) {
  _ = (command.commandField.description, command.hasDataSet, command.missingRequestField, command.messageID)
  _ = (command.affectedSOPClassUID, command.requestedSOPClassUID, command.sopClassUID)
  _ = (command.affectedSOPInstanceUID, command.requestedSOPInstanceUID, command.sopInstanceUID)
  _ = (command.attributeIdentifierList, command.offendingElement, command.actionTypeID, command.eventTypeID)
  _ = (command.status, command.errorComment, command.errorID, command.moveDestination)
  var response = command.response(status: 0x0110, hasDataSet: false)
  response.errorComment = String(repeating: "x", count: 100)
  precondition((try? CommandSet(response.encoded())) == response, "an answer does not read back as it was written")
}
