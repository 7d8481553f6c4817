// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../components/dom";
import { icon, IconName } from "../components/icons";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { boundedRate, FASTEST_FPS, SLOWEST_FPS } from "./cine/clock";
import { Commands, presets } from "./commands";
import { layoutChooser } from "./layout-chooser";
import { keepInOneRow } from "./overflow";
import { volumeGeometry } from "./mpr/volume-geometry";
import { ExportKind, exportKinds } from "./export/exporter";
import { isSameLayout, layouts } from "./state/layout";
import { Window } from "./state/view-state";
import { appliesTo } from "./softcopy/presentation-state";
import { ToolName } from "./tools/tool";
import { Viewer } from "./viewer";

interface ButtonOptions {
  icon: IconName;
  label: string;
  keys?: string;
  name: string;
  run(): void;
}

function button(options: ButtonOptions): HTMLButtonElement {
  const element = h("button", {
    class: "tool", title: options.keys ? `${t(options.label)} (${options.keys})` : t(options.label),
    attrs: { type: "button", "aria-label": t(options.label), "data-command": options.name },
  }, icon(options.icon));
  element.addEventListener("click", () => {
    options.run();
    element.blur();
  });
  return element;
}

const toolButtons: [ToolName, IconName, string, string][] = [
  ["select", "select", "Select drawings", "V"],
  ["window", "window", "Window / level: right widens, up brightens", "W"],
  ["scroll", "scroll", "Scroll through the images", "S"],
  ["zoom", "zoom", "Zoom: down enlarges", "Z"],
  ["pan", "pan", "Move the image", "T"],
  ["loupe", "loupe", "Magnifier", "G"],
  ["crosshair", "crosshair", "3D cursor: shows the place in every pane", "J"],
];

const measureButtons: [ToolName, IconName, string, string][] = [
  ["length", "length", "Measure a length", "D"],
  ["angle", "angle", "Measure an angle", "A"],
  ["cobb", "cobb", "Measure a Cobb angle: two lines", "Shift+A"],
  ["ellipse", "ellipse", "Ellipse with statistics", "E"],
  ["rectangle", "rectangle", "Rectangle with statistics", "B"],
  ["freehand", "freehand", "Freehand area with statistics", "F"],
  ["arrow", "arrow", "Arrow with a text", "Shift+D"],
  ["text", "textTool", "Text", "Shift+T"],
];

/** The row of tools above the panes. Every button has its key in the tooltip. */
export function toolbar(viewer: Viewer, commands: Commands, scope: Scope, hanging: HTMLElement): HTMLElement {
  const bar = h("div", { class: "toolbar", attrs: { role: "toolbar", "aria-label": t("Viewer tools") } });
  const cine = cineGroup(viewer, commands, scope);
  const turning = turnGroup(commands);
  const seldom = group(
    t("Other"),
    button({
      icon: "trash", label: "Delete the selected drawing", keys: "Del", name: "delete", run: commands.deleteMeasurement,
    }),
    button({ icon: "text", label: "Texts: full, few, none", keys: "I", name: "annotate", run: commands.annotate }),
  );
  bar.append(
    toolGroup(t("Left mouse button"), toolButtons, viewer, commands, scope),
    toolGroup(t("Measure"), measureButtons, viewer, commands, scope),
    windowMenu(viewer, commands, scope), imageGroup(viewer, commands, scope), turning,
    cine, layoutGroup(viewer, commands, scope),
    stateMenu(viewer, commands, scope),
    group(
      t("Other"),
      button({ icon: "star", label: "Mark as key image", keys: "K", name: "key", run: commands.markKey }),
      button({ icon: "save", label: "Save to the archive", keys: "Ctrl+S", name: "save", run: commands.save }),
      hanging,
      exportMenu(commands),
      button({
        icon: "overlay", label: "Overlays and shutters", name: "overlays", run: commands.toggleOverlays,
      }),
      button({ icon: "help", label: "Keys and mouse", keys: "H", name: "help", run: commands.showHelp }),
    ),
    seldom,
  );
  keepInOneRow(bar, [turning, seldom, cine], scope);
  return bar;
}

function group(label: string, ...children: HTMLElement[]): HTMLElement {
  return h("div", { class: "group", attrs: { role: "group", "aria-label": label } }, ...children);
}

function toolGroup(
  title: string, offered: typeof toolButtons, viewer: Viewer, commands: Commands, scope: Scope,
): HTMLElement {
  const buttons = offered.map(([name, picture, label, keys]) => {
    const element = button({ icon: picture, label, keys, name, run: () => commands.chooseTool(name) });
    scope.effect(() => element.setAttribute("aria-pressed", String(viewer.tool.get() === name)));
    return element;
  });
  return group(title, ...buttons);
}

/** The windows of the image and of its modality, with the number keys that choose them. */
function windowMenu(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const menu = h("select", {
    class: "menu", title: t("Window presets (0 automatic, 1 … 9)"), attrs: { "aria-label": t("Window preset") },
  });
  scope.effect(() => {
    const pane = viewer.active.get();
    pane.set.get();
    const isGrey = pane.displayed.get()?.pixels.samples === 1;
    const offered = presets(pane);
    const shown = pane.displayed.get();
    pane.state.get();
    const now = pane.view.get().window ?? (shown && pane.window(shown)) ?? offered[0] ?? { name: "Auto", center: 0 };
    const at = offered.findIndex((one) => one.name === now.name && one.center === now.center) + 1;
    const key = JSON.stringify([offered, at, now.name, isGrey]);
    if (menu.dataset.key === key) return;
    menu.dataset.key = key;
    menu.disabled = !isGrey;
    const own = h("option", { text: isGrey ? t("Own window") : t("No window"), attrs: { value: "", hidden: true } });
    const automatic = h("option", { text: `0  ${t("Automatic")}`, attrs: { value: 0 } });
    replace(menu, own, automatic, ...offered.map(presetOption));
    menu.value = at > 0 ? String(at) : isGrey && now.name === "Auto" ? "0" : "";
  });
  menu.addEventListener("change", () => {
    if (menu.value === "0") commands.automaticWindow();
    else commands.preset(Number(menu.value));
    menu.blur();
  });
  return group(t("Window"), menu);
}

/** Pictures and files to take away. */
function exportMenu(commands: Commands): HTMLElement {
  const menu = h("select", { class: "menu export", title: t("Export"), attrs: { "aria-label": t("Export") } });
  menu.append(h("option", { text: t("Export"), attrs: { value: "", hidden: true } }));
  menu.append(...exportKinds.map(([kind, label]) => h("option", { text: t(label), attrs: { value: kind } })));
  menu.value = "";
  menu.addEventListener("change", () => {
    commands.export(menu.value as ExportKind);
    menu.value = "";
    menu.blur();
  });
  return menu;
}

/** The presentation states for the image at hand. */
function stateMenu(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const menu = h("select", { class: "menu", attrs: { "aria-label": t("Presentation state") } });
  const box = group(t("Presentation state"), menu);
  scope.effect(() => {
    const pane = viewer.active.get();
    const frame = pane.displayed.get()?.frame;
    const target = frame && { sop: frame.instance.sopInstanceUID, frame: frame.number };
    const offered = viewer.states.get().filter((state) => target && appliesTo(state, target));
    const now = pane.state.get();
    box.hidden = offered.length === 0 && now === null;
    const key = JSON.stringify([offered.map((state) => state.sop), now?.sop]);
    if (menu.dataset.key === key) return;
    menu.dataset.key = key;
    const none = h("option", { text: t("As stored"), attrs: { value: "" } });
    replace(menu, none, ...offered.map((state) =>
      h("option", { text: [state.label, state.description].filter(Boolean).join(" "), attrs: { value: state.sop } })));
    menu.value = now?.sop ?? "";
  });
  menu.addEventListener("change", () => {
    commands.applyState(viewer.states.peek().find((state) => state.sop === menu.value) ?? null);
    menu.blur();
  });
  return box;
}

function presetOption(window: Window, index: number): HTMLOptionElement {
  const text = `${index + 1}  ${t(window.name)}  ${window.width} / ${window.center}`;
  return h("option", { text, attrs: { value: index + 1 } });
}

function imageGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const inverted = button({ icon: "invert", label: "Invert", keys: "Shift+I", name: "invert", run: commands.invert });
  const mask = button({
    icon: "subtract", label: "Subtract the mask", keys: "X", name: "mask", run: commands.toggleMask,
  });
  const smooth = button({ icon: "smooth", label: "Smooth between pixels", name: "smooth", run: commands.smooth });
  scope.effect(() => {
    const view = viewer.active.get().view.get();
    inverted.setAttribute("aria-pressed", String(view.inverted));
    smooth.setAttribute("aria-pressed", String(view.smooth));
  });
  scope.effect(() => {
    viewer.details.arrivals.get();
    const pane = viewer.active.get();
    const frame = pane.displayed.get()?.frame;
    const own = (frame && pane.softcopy(frame)?.ownMask) ?? "none";
    mask.hidden = own === "none";
    mask.disabled = own === "refused";
    mask.title = own === "refused"
      ? t("The mask of this image is subtracted in a way that is not supported.") : `${t("Subtract the mask")} (X)`;
    mask.setAttribute("aria-pressed", String(own === "on"));
  });
  return group(
    t("Image"),
    mask,
    inverted,
    smooth,
    button({ icon: "trueSize", label: "True size", keys: "Y", name: "true-size", run: commands.trueSize }),
    button({ icon: "reset", label: "Reset the view", keys: "Esc", name: "reset", run: commands.reset }),
  );
}

function turnGroup(commands: Commands): HTMLElement {
  return group(
    t("Turn the image"),
    button({ icon: "rotateLeft", label: "Rotate left", keys: "Alt+L", name: "rotate-left", run: commands.rotateLeft }),
    button({
      icon: "rotateRight", label: "Rotate right", keys: "Alt+R",
      name: "rotate-right", run: commands.rotateRight,
    }),
    button({
      icon: "flipHorizontal", label: "Flip left and right", keys: "Alt+H",
      name: "flip-horizontal", run: commands.flipHorizontal,
    }),
    button({
      icon: "flipVertical", label: "Flip top and bottom", keys: "Alt+V",
      name: "flip-vertical", run: commands.flipVertical,
    }),
  );
}

function cineGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const play = button({ icon: "play", label: "Play", keys: "C", name: "cine", run: commands.toggleCine });
  const rate = h("input", {
    title: t("Images per second"),
    attrs: { type: "number", min: SLOWEST_FPS, max: FASTEST_FPS, step: 1, "aria-label": t("Images per second") },
  });
  rate.addEventListener("change", () => {
    const fps = boundedRate(Number(rate.value));
    viewer.active.peek().cine.update((cine) => ({ ...cine, fps }));
    rate.value = String(fps);
    rate.blur();
  });
  const unit = h("span", { class: "faint", text: "fps" });
  scope.effect(() => {
    const pane = viewer.active.get();
    const { playing, fps } = pane.cine.get();
    const several = (pane.set.get()?.frames.length ?? 0) > 1;
    play.disabled = !several;
    rate.disabled = !several;
    play.title = several ? `${playing ? t("Pause") : t("Play")} (C)` : t("There is only one image to play");
    play.setAttribute("aria-pressed", String(playing));
    play.replaceChildren(icon(playing ? "pause" : "play"));
    if (document.activeElement !== rate) rate.value = String(fps);
  });
  return group(t("Cine"), play, rate, unit);
}

function layoutGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const choices: [keyof typeof layouts, IconName, string, () => void][] = [
    ["single", "layout1", "One pane", commands.single],
    ["columns", "layout2", "Two panes side by side", commands.columns],
    ["rows", "layoutRows", "Two panes, one above the other", commands.rows],
    ["quad", "layout4", "Four panes", commands.quad],
  ];
  const buttons = choices.map(([name, picture, label, run]) => {
    const element = button({ icon: picture, label, name: `layout-${name}`, run });
    scope.effect(() => element.setAttribute("aria-pressed", String(isSameLayout(viewer.layout.get(), layouts[name]))));
    return element;
  });
  const lines = button({
    icon: "lines", label: "Reference lines", keys: "O", name: "lines", run: commands.referenceLines,
  });
  const chain = button({
    icon: "chain", label: "Scroll panes together", keys: "L, U", name: "link",
    run: () => (viewer.linking.mode.peek() === "off" ? commands.linkByPlace() : commands.unlink()),
  });
  scope.effect(() => {
    lines.setAttribute("aria-pressed", String(viewer.referenceLines.get()));
    const mode = viewer.linking.mode.get();
    chain.setAttribute("aria-pressed", String(mode !== "off"));
    const titles = {
      place: t("Panes of one frame of reference scroll together (U: unlink)"),
      manual: t("Panes keep their distance (U: unlink)"),
      off: t("Every pane scrolls alone (L: link)"),
    };
    chain.title = titles[mode];
  });
  const chooser = layoutChooser(scope, () => viewer.layout.peek(), commands.arrange);
  const volume = button({
    icon: "volume", label: "Multiplanar reconstruction", keys: "M", name: "mpr", run: commands.toggleVolume,
  });
  scope.effect(() => {
    const pane = viewer.active.get();
    const set = pane.set.get();
    const reason = set ? volumeGeometry(set) : "no images";
    const isOpen = viewer.volumeOf.get() !== null;
    volume.disabled = typeof reason === "string" && !isOpen;
    volume.title = typeof reason === "string"
      ? t("No planes can be made: {reason}", { reason: t(reason) }) : `${t("Multiplanar reconstruction")} (M)`;
    volume.setAttribute("aria-pressed", String(isOpen));
  });
  return group(t("Layout"), ...buttons, chooser, lines, chain, volume);
}
