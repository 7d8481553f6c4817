// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A line on standard error, beside the output that others read.
package func complain(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
