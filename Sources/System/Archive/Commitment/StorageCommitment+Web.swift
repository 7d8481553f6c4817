// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMServices

extension StorageCommitment {
  /// Requests that are looked through for an old answer.
  private static let remembered = 10_000

  /// Answers a request at once, as the transaction over HTTP does (PS3.18 §13.4): nothing is delivered later.
  public func answer(_ request: CommitmentRequest, from requester: String) throws -> CommitmentResult? {
    let commitment = try accept(request, from: requester, receiver: "")
    let result = try result(commitment.id)
    try delivered(commitment.id)
    return result
  }

  /// The answer that a request got before (PS3.18 §13.5); nil where this requester made none, or long ago.
  public func answered(_ transactionUID: UID, from requester: String) throws -> CommitmentResult? {
    let known = try list.newest(limit: Self.remembered).first {
      $0.transactionUID == transactionUID && $0.requester == requester
    }
    return try known.flatMap { try result($0.id) }
  }
}
