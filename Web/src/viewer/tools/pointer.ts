// SPDX-License-Identifier: Apache-2.0

import { Scope } from "../../signals/scope";
import { Point } from "../geometry/affine";
import { zoomedAt } from "../geometry/viewport-transform";
import { ZOOM_LIMITS } from "../state/view-state";
import { MeasurementKind } from "../state/measurement";
import { crosshairTool } from "./crosshair-tool";
import { editGesture, hitTest, measureTool } from "./measure-tools";
import { Gesture, Tool, ToolContext, ToolName } from "./tool";
import { loupeTool, panTool, scrollTool, selectTool, windowTool, zoomTool } from "./view-tools";

export const measureKinds: readonly MeasurementKind[] = [
  "length", "angle", "cobb", "ellipse", "rectangle", "freehand", "arrow", "text",
];

export const tools = {
  select: selectTool, window: windowTool, scroll: scrollTool, zoom: zoomTool, pan: panTool, loupe: loupeTool,
  crosshair: crosshairTool, ...Object.fromEntries(measureKinds.map((kind) => [kind, measureTool(kind)])),
} as Record<ToolName, Tool>;

const WHEEL_STEP = 40;
const FAST_FRAMES = 5;

/** Pointer and wheel of one pane, made into gestures. */
export class PointerInput {
  private gesture: Gesture | null = null;
  /** Going on between presses: a measurement drawn by clicks. */
  private loose = false;
  private last: Point = { x: 0, y: 0 };
  private wheelRest = 0;

  constructor(
    private readonly element: HTMLElement, scope: Scope, private readonly context: () => ToolContext,
    private readonly hovered: (at: Point | null) => void,
  ) {
    scope.listen(element, "pointerdown", (event) => this.down(event));
    scope.listen(element, "pointermove", (event) => this.move(event));
    scope.listen(element, "pointerup", (event) => this.up(event));
    scope.listen(element, "pointercancel", () => this.cancel());
    scope.listen(element, "pointerleave", () => this.hovered(null));
    scope.listen(element, "wheel", (event) => this.wheel(event), { passive: false });
    scope.listen(element, "contextmenu", (event) => event.preventDefault());
    scope.listen(element, "dblclick", () => this.doubleClick());
  }

  get isBusy(): boolean {
    return this.gesture !== null;
  }

  cancel(): void {
    this.gesture?.cancel();
    this.gesture = null;
    this.loose = false;
  }

  private at(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private down(event: PointerEvent): void {
    if ((event.target as Element).closest("button, a, input, select, .scrollbar")) return;
    (document.activeElement as HTMLElement | null)?.blur();
    const at = this.at(event);
    const context = this.context();
    context.viewer.active.set(context.pane);
    this.element.setPointerCapture(event.pointerId);
    this.last = at;
    if (this.loose) {
      this.gesture?.move(at, at);
      this.gesture?.press?.(at);
      return;
    }
    this.gesture = this.begin(context, event.button, at);
  }

  private begin(context: ToolContext, button: number, at: Point): Gesture | null {
    if (button === 1) return panTool.begin(context, at);
    if (button === 2) return zoomTool.begin(context, at);
    if (button !== 0) return null;
    const { viewer, pane, presentation } = context;
    const key = pane.shown?.frame.key;
    if (key && presentation && viewer.tool.peek() !== "loupe" && viewer.tool.peek() !== "crosshair") {
      const hit = hitTest(viewer.measurements.on(key), presentation.toScreen, at);
      if (hit) return editGesture(context, hit);
    }
    viewer.measurements.selected.set(null);
    return tools[viewer.tool.peek()].begin(context, at);
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    this.gesture?.move(at, this.last);
    this.last = at;
    this.hovered(at);
  }

  private up(event: PointerEvent): void {
    if (!this.gesture) return;
    const at = this.at(event);
    this.loose = this.gesture.end(at);
    if (!this.loose) this.gesture = null;
    this.last = at;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { viewer, pane, size } = this.context();
    viewer.active.set(pane);
    const amount = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * WHEEL_STEP;
    const sideways = event.shiftKey && amount === 0 ? event.deltaX : amount;
    if (event.ctrlKey) {
      const factor = Math.exp(-sideways * 0.002);
      pane.change((view) => zoomedAt(view, factor, this.at(event), size, ZOOM_LIMITS));
      return;
    }
    this.wheelRest += sideways / WHEEL_STEP;
    const notch = Math.abs(sideways) >= WHEEL_STEP ? Math.sign(sideways) : Math.trunc(this.wheelRest);
    if (notch === 0) return;
    this.wheelRest = 0;
    pane.scrollBy(notch * (event.shiftKey ? FAST_FRAMES : 1));
  }

  private doubleClick(): void {
    const { viewer, pane } = this.context();
    if (!(measureKinds as readonly string[]).includes(viewer.tool.peek())) viewer.toggleMaximised(pane);
  }
}
