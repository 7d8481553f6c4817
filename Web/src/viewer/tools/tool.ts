// SPDX-License-Identifier: Apache-2.0

import { Point } from "../geometry/affine";
import { Size } from "../geometry/viewport-transform";
import { Presentation } from "../render/presentation";
import { MeasurementKind } from "../state/measurement";
import { Pane } from "../state/pane";
import { Viewer } from "../viewer";

export type ToolName = "select" | "window" | "scroll" | "zoom" | "pan" | "loupe" | "crosshair" | MeasurementKind;

/** Where a gesture happens. Points are CSS pixels of the pane. */
export interface ToolContext {
  readonly viewer: Viewer;
  readonly pane: Pane;
  readonly size: Size;
  /** What the pane shows now, or null while it shows nothing. */
  readonly presentation: Presentation | null;
}

/** A gesture under way. */
export interface Gesture {
  move(at: Point, from: Point): void;
  /** The button goes down again while the gesture goes on without it. */
  press?(at: Point): void;
  /** True: the gesture goes on without the button, until the next press. */
  end(at: Point): boolean;
  cancel(): void;
}

export interface Tool {
  readonly name: ToolName;
  readonly cursor: string;
  begin(context: ToolContext, at: Point): Gesture | null;
}

/** A gesture that is over when the button is let go. */
export function dragging(move: (dx: number, dy: number, at: Point) => void): Gesture {
  return {
    move: (at, from) => move(at.x - from.x, at.y - from.y, at),
    end: () => false,
    cancel: () => undefined,
  };
}
