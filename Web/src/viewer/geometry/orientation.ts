// SPDX-License-Identifier: Apache-2.0

import { Point } from "./affine";

/** A direction or position in the patient: +x left, +y posterior, +z head (PS3.3 §C.7.6.2.1.1). */
export type Vector3 = readonly [number, number, number];

export interface Orientation {
  /** Direction of increasing column index. */
  readonly row: Vector3;
  /** Direction of increasing row index. */
  readonly column: Vector3;
}

const LEAST_COMPONENT = 0.2;

export function orientationFrom(values: readonly number[] | null): Orientation | null {
  if (!values || values.length !== 6 || values.some((value) => !Number.isFinite(value))) return null;
  const row: Vector3 = [values[0], values[1], values[2]];
  const column: Vector3 = [values[3], values[4], values[5]];
  const isUnit = (v: Vector3): boolean => Math.abs(Math.hypot(...v) - 1) < 0.02;
  return isUnit(row) && isUnit(column) ? { row, column } : null;
}

export function vectorFrom(values: readonly number[] | null): Vector3 | null {
  if (!values || values.length !== 3 || values.some((value) => !Number.isFinite(value))) return null;
  return [values[0], values[1], values[2]];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function normal(orientation: Orientation): Vector3 {
  return cross(orientation.row, orientation.column);
}

/** Letters for a direction, the strongest first, up to three for an oblique one: `L`, `LA`, `PFR`. */
export function letters(direction: Vector3): string {
  const axes: [number, string, string][] = [
    [direction[0], "L", "R"], [direction[1], "P", "A"], [direction[2], "H", "F"],
  ];
  return axes
    .filter(([amount]) => Math.abs(amount) >= LEAST_COMPONENT)
    .sort((p, q) => Math.abs(q[0]) - Math.abs(p[0]))
    .map(([amount, positive, negative]) => (amount > 0 ? positive : negative))
    .join("");
}

export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** The patient direction of a screen direction; `toImage` gives it in columns and rows of equal length. */
function patientDirection(orientation: Orientation, inImage: Point): Vector3 {
  const { row, column } = orientation;
  return [0, 1, 2].map((axis) => row[axis] * inImage.x + column[axis] * inImage.y) as unknown as Vector3;
}

/** What stands at the four edges, with `turn` mapping unit screen directions to unit image directions. */
export function edgeLetters(orientation: Orientation, turn: (screen: Point) => Point): EdgeLetters {
  const at = (x: number, y: number): string => letters(patientDirection(orientation, turn({ x, y })));
  return { left: at(-1, 0), right: at(1, 0), top: at(0, -1), bottom: at(0, 1) };
}

const opposites: Record<string, string> = { L: "R", R: "L", A: "P", P: "A", H: "F", F: "H" };

function opposite(letters: string): string {
  return Array.from(letters, (letter) => opposites[letter] ?? letter).join("");
}

/** As `edgeLetters`, from Patient Orientation (PS3.3 §C.7.6.1.1.1): the directions of the row and of the column. */
export function projectionLetters(
  patientOrientation: readonly string[], turn: (screen: Point) => Point,
): EdgeLetters | null {
  const [row, column] = patientOrientation;
  if (!row || !column) return null;
  const at = (x: number, y: number): string => {
    const image = turn({ x, y });
    if (Math.abs(image.x) > Math.abs(image.y)) return image.x > 0 ? row : opposite(row);
    return image.y > 0 ? column : opposite(column);
  };
  return { left: at(-1, 0), right: at(1, 0), top: at(0, -1), bottom: at(0, 1) };
}

/** The point of the patient under a point of the image, both in continuous pixels (a pixel's middle at .5). */
export function patientPoint(
  image: Point, position: Vector3, orientation: Orientation, spacing: { row: number; column: number },
): Vector3 {
  const x = (image.x - 0.5) * spacing.column;
  const y = (image.y - 0.5) * spacing.row;
  const { row, column } = orientation;
  return [0, 1, 2].map((axis) => position[axis] + row[axis] * x + column[axis] * y) as unknown as Vector3;
}

/** `L 12.3  P 4.5  H 33.0`. */
export function describePoint(point: Vector3): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${value < 0 ? negative : positive} ${Math.abs(value).toFixed(1)}`;
  return [part(point[0], "L", "R"), part(point[1], "P", "A"), part(point[2], "H", "F")].join("  ");
}

export type Plane = "axial" | "coronal" | "sagittal";

export function plane(orientation: Orientation): Plane {
  const [x, y, z] = normal(orientation).map(Math.abs);
  if (z >= x && z >= y) return "axial";
  return y >= x ? "coronal" : "sagittal";
}
