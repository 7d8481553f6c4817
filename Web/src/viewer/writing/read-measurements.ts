// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, items, number, numbers, text } from "../../dicom/data-set";
import { Point } from "../geometry/affine";
import { boundingBox } from "../geometry/shapes";
import { MeasurementKind } from "../state/measurement";

/** A drawing that was read out of a report. */
export interface ReadMeasurement {
  readonly kind: MeasurementKind;
  readonly frameKey: string;
  readonly points: readonly Point[];
  readonly text?: string;
}

function valueType(one: DataSet): string | null {
  return text(one, "0040A040");
}

function concept(one: DataSet): string {
  return text(item(one, "0040A043"), "00080100") ?? "";
}

function containers(one: DataSet, wanted: string): DataSet[] {
  return items(one, "0040A730").flatMap((child) =>
    (concept(child) === wanted ? [child] : valueType(child) === "CONTAINER" ? containers(child, wanted) : []));
}

/** The drawings of a measurement report (TID 1500): those whose coordinates name one image. */
export function readMeasurements(report: DataSet): ReadMeasurement[] {
  return containers(report, "125007").flatMap((group) => {
    const tracking = items(group, "0040A730").find((one) => concept(one) === "112039");
    const name = tracking ? text(tracking, "0040A160") ?? "" : "";
    for (const child of items(group, "0040A730")) {
      const found = items(child, "0040A730").find((one) => valueType(one) === "SCOORD");
      const read = found && drawing(found, concept(child), name.split(" ")[0]);
      if (read) return [concept(child) === "121106" ? { ...read, text: text(child, "0040A160") ?? "" } : read];
    }
    const direct = items(group, "0040A730").find((one) => valueType(one) === "SCOORD");
    const read = direct && drawing(direct, "", name.split(" ")[0]);
    return read ? [read] : [];
  });
}

function drawing(coordinates: DataSet, measured: string, name: string): ReadMeasurement | null {
  const source = items(coordinates, "0040A730").find((one) => valueType(one) === "IMAGE");
  const reference = item(source, "00081199");
  const sop = text(reference, "00081155");
  if (!sop) return null;
  const data = numbers(coordinates, "00700022");
  const points: Point[] = [];
  for (let i = 0; i + 1 < data.length; i += 2) points.push({ x: data[i], y: data[i + 1] });
  const kind = kindOf(text(coordinates, "00700023") ?? "", points, measured, name);
  if (!kind) return null;
  return { kind, frameKey: `${sop}/${number(reference, "00081160") ?? 1}`, points: ownPoints(kind, points) };
}

function kindOf(type: string, points: readonly Point[], measured: string, name: string): MeasurementKind | null {
  if (type === "ELLIPSE" || type === "CIRCLE") return points.length >= 2 ? "ellipse" : null;
  if (type === "POINT") return "text";
  if (type === "MULTIPOINT") return points.length === 4 ? "cobb" : null;
  if (type !== "POLYLINE") return null;
  if (points.length === 2) return measured === "121106" ? "arrow" : "length";
  if (points.length === 3 && measured === "121226") return "angle";
  return points.length >= 4 ? (name === "rectangle" && points.length === 5 ? "rectangle" : "freehand") : null;
}

function ownPoints(kind: MeasurementKind, points: readonly Point[]): Point[] {
  if (kind === "rectangle" || kind === "ellipse") {
    const { left, top, right, bottom } = points.length === 2 ? circleBox(points) : boundingBox(points);
    return [{ x: left, y: top }, { x: right, y: bottom }];
  }
  const [first, last] = [points[0], points[points.length - 1]];
  const isClosed = kind === "freehand" && first.x === last.x && first.y === last.y;
  return isClosed ? points.slice(0, -1) : [...points];
}

/** A circle is given by its centre and a point on it. */
function circleBox([centre, edge]: readonly Point[]): ReturnType<typeof boundingBox> {
  const radius = Math.hypot(edge.x - centre.x, edge.y - centre.y);
  return { left: centre.x - radius, top: centre.y - radius, right: centre.x + radius, bottom: centre.y + radius };
}
