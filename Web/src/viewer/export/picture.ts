// SPDX-License-Identifier: Apache-2.0

/** A pane as a picture: what the graphics drew, the drawings above it, and the texts where they are wanted. */

const FONT = "12px Inter, system-ui, 'DejaVu Sans', sans-serif";

export interface PictureOptions {
  /** The names and numbers of the patient. */
  readonly withIdentity: boolean;
}

/** `canvas` must have been drawn in this very turn: browsers do not keep its pixels. */
export function paneCanvas(pane: HTMLElement, canvas: HTMLCanvasElement, options: PictureOptions): HTMLCanvasElement {
  const [box, all] = [pane.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const ratio = canvas.width / Math.max(1, all.width);
  const picture = document.createElement("canvas");
  picture.width = Math.max(1, Math.round(box.width * ratio));
  picture.height = Math.max(1, Math.round(box.height * ratio));
  const context = picture.getContext("2d");
  if (!context) return picture;
  // The canvas is no larger than the images on it.
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, -Math.round((box.left - all.left) * ratio), -Math.round((box.top - all.top) * ratio));
  const drawings = pane.querySelector<HTMLCanvasElement>("canvas.drawings");
  context.scale(ratio, ratio);
  if (drawings && drawings.width > 0) {
    const place = drawings.getBoundingClientRect();
    context.drawImage(drawings, place.left - box.left, place.top - box.top, place.width, place.height);
  }
  for (const text of Array.from(pane.querySelectorAll<HTMLElement>(".corner, .edge, .measure"))) {
    const namesPatient = text.classList.contains("topLeft") || text.classList.contains("topRight");
    if (options.withIdentity || !namesPatient) write(context, text, box);
  }
  return picture;
}

function write(context: CanvasRenderingContext2D, element: HTMLElement, pane: DOMRect): void {
  const lines = element.children.length > 0
    ? Array.from(element.children) as HTMLElement[] : [element];
  for (const line of lines) {
    const box = line.getBoundingClientRect();
    const style = getComputedStyle(line);
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily || FONT}`;
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = "rgba(0, 0, 0, 0.8)";
    context.fillStyle = style.color;
    const words = (line.textContent ?? "").split("\n");
    const height = box.height / Math.max(1, words.length);
    context.textAlign = style.textAlign === "right" ? "right" : "left";
    const x = (style.textAlign === "right" ? box.right : box.left) - pane.left;
    words.forEach((word, i) => {
      const y = box.top - pane.top + height * (i + 0.5);
      context.strokeText(word, x, y);
      context.fillText(word, x, y);
    });
  }
}

export function encoded(picture: HTMLCanvasElement, type: "image/png" | "image/jpeg"): Promise<Blob> {
  return new Promise((resolve, reject) => picture.toBlob(
    (blob) => (blob ? resolve(blob) : reject(new Error("The picture cannot be written."))), type, 0.92,
  ));
}
