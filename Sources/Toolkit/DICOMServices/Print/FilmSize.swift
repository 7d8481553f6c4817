// SPDX-License-Identifier: Apache-2.0

/// Film Size ID (2010,0050): defined terms of PS3.3 §C.13.3 with their sizes.
public enum FilmSize: String, Sendable, CaseIterable {
  case in8x10 = "8INX10IN"
  case in8_5x11 = "8_5INX11IN"
  case in10x12 = "10INX12IN"
  case in10x14 = "10INX14IN"
  case in11x14 = "11INX14IN"
  case in11x17 = "11INX17IN"
  case in14x14 = "14INX14IN"
  case in14x17 = "14INX17IN"
  case cm24x24 = "24CMX24CM"
  case cm24x30 = "24CMX30CM"
  case cm25_7x36_4 = "25_7CMX36_4CM"
  case a4 = "A4"
  case a3 = "A3"

  /// Width and height in mm, the film upright.
  public var millimetres: (width: Double, height: Double) {
    switch self {
    case .in8x10: inches(8, 10)
    case .in8_5x11: inches(8.5, 11)
    case .in10x12: inches(10, 12)
    case .in10x14: inches(10, 14)
    case .in11x14: inches(11, 14)
    case .in11x17: inches(11, 17)
    case .in14x14: inches(14, 14)
    case .in14x17: inches(14, 17)
    case .cm24x24: (240, 240)
    case .cm24x30: (240, 300)
    case .cm25_7x36_4: (257, 364)
    case .a4: (210, 297)
    case .a3: (297, 420)
    }
  }

  private func inches(_ width: Double, _ height: Double) -> (width: Double, height: Double) {
    (width * 25.4, height * 25.4)
  }
}
