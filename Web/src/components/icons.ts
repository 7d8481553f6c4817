// SPDX-License-Identifier: Apache-2.0

/** Own line drawings on a grid of 20 by 20. */
const paths = {
  search: "M9 3.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  forward: "M8 4l6 6-6 6",
  more: "M4 10a1 1 0 1 0 2 0a1 1 0 1 0-2 0M9 10a1 1 0 1 0 2 0a1 1 0 1 0-2 0M14 10a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  user: "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17c.8-3.2 3.3-5 6.5-5s5.7 1.8 6.5 5",
  signOut: "M8 4H4v12h4M9 10h8M14 7l3 3-3 3",
  warning: "M10 3.500L2.5 16.500h15zM10 8.500v3.500M10 14.200v.3",
  window: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M10 6h4.200M10 9h6.300M10 12h6.500M10 15h4",
  scroll: "M10 2.500v15M7 5.500l3-3 3 3M7 14.500l3 3 3-3M4.5 8h-1M4.5 12h-1M16.5 8h-1M16.5 12h-1",
  zoom: "M9 3.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4M6.5 9h5M9 6.500v5",
  pan: "M10 2.500v15M2.5 10h15M8 4.500l2-2 2 2M8 15.500l2 2 2-2M4.5 8l-2 2 2 2M15.5 8l2 2-2 2",
  length: "M3 14.500L14.5 3l2.5 2.500L5.5 17zM6 11.500l1.5 1.500M8.5 9l1.5 1.500M11 6.500l1.5 1.5",
  angle: "M16.5 15.500h-13L13 4M8.3 9.700c1.8 1.3 2.7 3.2 2.7 5.8",
  rotateRight: "M15.5 10a5.5 5.5 0 1 1-1.8-4.100L16 8M16 4v4h-4",
  rotateLeft: "M4.5 10a5.5 5.5 0 1 0 1.8-4.100L4 8M4 4v4h4",
  flipHorizontal: "M10 3v14M7.5 6v8l-4.5 0zM12.5 6v8l4.5 0z",
  flipVertical: "M3 10h14M6 7.500h8l0-4.500zM6 12.500h8l0 4.500z",
  invert: "M4 4h12v12H4zM4 16L16 4v12z",
  reset: "M4 8V4M4 4h4M16 12v4M16 16h-4M16 8V4M16 4h-4M4 12v4M4 16h4M8 8h4v4H8z",
  cine: "M3 5h14v10H3zM8.5 7.700v4.600L12.3 10z",
  play: "M6 4l10 6-10 6z",
  pause: "M6 4v12M13 4v12",
  text: "M4 5h12M4 8.500h8M4 12h12M4 15.500h6",
  help:
    "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.8 8c0-1.3 1-2.1 2.2-2s2.2.8 2.2 2-2.2 1.8-2.2 3.4M10 13.7v.3",
  document: "M5 2.500h7l3.5 3.500v11.500H5zM12 2.500V6h3.500M7.5 10h5M7.5 13h5",
  download: "M10 3v9M6.5 9l3.5 3.500L13.5 9M3.5 16.500h13",
  trash: "M4 5.500h12M8 5.500V3.500h4v2M5.5 5.500l.8 11h7.400l.8-11M8.5 8.500v5M11.5 8.500v5",
  layout1: "M3.5 4.500h13v11h-13z",
  layout2: "M3.5 4.500h13v11h-13zM10 4.500v11",
  layout4: "M3.5 4.500h13v11h-13zM10 4.500v11M3.5 10h13",
  layoutGrid: "M3.5 4.500h13v11h-13zM7.8 4.500v11M12.2 4.500v11M3.5 8.200h13M3.5 11.800h13",
  select: "M5 3l10.500 6.500-4.800 1-2.500 4.500z",
  loupe: "M8.5 2.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM13 13l4.500 4.500M8.5 6v5M6 8.500h5",
  crosshair: "M10 2v5.500M10 12.500V18M2 10h5.500M12.500 10H18",
  cobb: "M3 6l10-3M3 14l13 3M8 4.500l1.500 11",
  ellipse:
    "M10 4.500c4.100 0 7.500 2.500 7.500 5.500s-3.400 5.500-7.500 5.500S2.500 13 2.500 10s3.400-5.500 7.500-5.500z",
  rectangle: "M3 5h14v10H3z",
  freehand: "M6 5c4-3 9-1 10 3s-2 8-7 8-7-3-5-6 0-4 2-5z",
  arrow: "M16.500 16.500L4 4M4 4v6M4 4h6",
  textTool: "M4 5V3.500h12V5M10 3.500v13M7.500 16.500h5",
  lines: "M3 4.500h14v11H3zM3 12l14-5M3 8l14 5",
  chain: "M8.5 11.500l3-3M7 9.500l-2 2a2.500 2.500 0 0 0 3.500 3.500l2-2M13 10.500l2-2A2.500 2.500 0 0 0 11.500 5l-2 2",
  overlay: "M3.500 3.500h9v9h-9zM7.500 7.500h9v9h-9z",
  subtract: "M2.500 5h8v10h-8zM12.500 10h5",
  volume: "M10 2.500l6.500 3.500v8L10 17.500 3.500 14V6zM3.500 6L10 9.500 16.500 6M10 9.500v8",
  star: "M10 3l2.200 4.600 5 .6-3.700 3.400 1 5L10 14.100l-4.500 2.500 1-5L2.800 8.200l5-.6z",
  save: "M4 3.500h10l2.500 2.500v10.500h-13zM7 3.500v4h6v-4M6.500 16.500v-5h7v5",
  trueSize: "M2.500 6.500h15v7h-15zM6 6.500v3M9 6.500v4.500M12 6.500v3M15 6.500v4.500",
  layoutRows: "M3.5 4.500h13v11h-13zM3.5 10h13",
  up: "M6 12l4-4 4 4",
  down: "M6 8l4 4 4-4",
  video: "M3 6h9v8H3zM12 9l5-3v8l-5-3",
  link: "M8.5 11.500l3-3M7 9.500l-2 2a2.5 2.5 0 0 0 3.5 3.500l2-2M13 10.500l2-2A2.5 2.5 0 0 0 11.5 5l-2 2",
  smooth: "M3 14c3 0 3-8 7-8s4 8 7 8",
} as const;

export type IconName = keyof typeof paths;

const namespace = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}
