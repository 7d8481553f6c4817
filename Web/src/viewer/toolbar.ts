// SPDX-License-Identifier: Apache-2.0

import { h, replace } from "../components/dom";
import { icon, IconName } from "../components/icons";
import { Scope } from "../signals/scope";
import { boundedRate, FASTEST_FPS, SLOWEST_FPS } from "./cine/clock";
import { Commands, presets } from "./commands";
import { layouts } from "./state/layout";
import { Window } from "./state/view-state";
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
    class: "tool", title: options.keys ? `${options.label} (${options.keys})` : options.label,
    attrs: { type: "button", "aria-label": options.label, "data-command": options.name },
  }, icon(options.icon));
  element.addEventListener("click", () => {
    options.run();
    element.blur();
  });
  return element;
}

const toolButtons: [ToolName, IconName, string, string][] = [
  ["window", "window", "Window / level: right widens, up brightens", "W"],
  ["scroll", "scroll", "Scroll through the images", "S"],
  ["zoom", "zoom", "Zoom: down enlarges", "Z"],
  ["pan", "pan", "Move the image", "T"],
  ["length", "length", "Measure a length", "D"],
  ["angle", "angle", "Measure an angle", "A"],
];

/** The row of tools above the panes. Every button has its key in the tooltip. */
export function toolbar(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const bar = h("div", { class: "toolbar", attrs: { role: "toolbar", "aria-label": "Viewer tools" } });
  bar.append(
    toolGroup(viewer, commands, scope), windowMenu(viewer, commands, scope), turnGroup(viewer, commands, scope),
    cineGroup(viewer, commands, scope), layoutGroup(viewer, commands, scope),
    group(
      "Other",
      button({
        icon: "trash", label: "Delete the selected measurement", keys: "Del",
        name: "delete", run: commands.deleteMeasurement,
      }),
      button({ icon: "text", label: "Texts: full, few, none", keys: "I", name: "annotate", run: commands.annotate }),
      button({ icon: "help", label: "Keys and mouse", keys: "H", name: "help", run: commands.showHelp }),
    ),
  );
  return bar;
}

function group(label: string, ...children: HTMLElement[]): HTMLElement {
  return h("div", { class: "group", attrs: { role: "group", "aria-label": label } }, ...children);
}

function toolGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const buttons = toolButtons.map(([name, picture, label, keys]) => {
    const element = button({ icon: picture, label, keys, name, run: () => commands.chooseTool(name) });
    scope.effect(() => element.setAttribute("aria-pressed", String(viewer.tool.get() === name)));
    return element;
  });
  return group("Left mouse button", ...buttons);
}

/** The windows of the image and of its modality, with the number keys that choose them. */
function windowMenu(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const menu = h("select", {
    class: "menu", title: "Window presets (0 automatic, 1 … 9)", attrs: { "aria-label": "Window preset" },
  });
  scope.effect(() => {
    const pane = viewer.active.get();
    pane.set.get();
    const isGrey = pane.displayed.get()?.pixels.samples === 1;
    const offered = presets(pane);
    const now = pane.view.get().window ?? offered[0] ?? { name: "Auto", center: 0 };
    const at = offered.findIndex((one) => one.name === now.name && one.center === now.center) + 1;
    const key = JSON.stringify([offered, at, now.name, isGrey]);
    if (menu.dataset.key === key) return;
    menu.dataset.key = key;
    menu.disabled = !isGrey;
    const own = h("option", { text: isGrey ? "Own window" : "No window", attrs: { value: "", hidden: true } });
    const automatic = h("option", { text: "0  Automatic", attrs: { value: 0 } });
    replace(menu, own, automatic, ...offered.map(presetOption));
    menu.value = at > 0 ? String(at) : isGrey && now.name === "Auto" ? "0" : "";
  });
  menu.addEventListener("change", () => {
    if (menu.value === "0") commands.automaticWindow();
    else commands.preset(Number(menu.value));
    menu.blur();
  });
  return group("Window", menu);
}

function presetOption(window: Window, index: number): HTMLOptionElement {
  const text = `${index + 1}  ${window.name}  ${window.width} / ${window.center}`;
  return h("option", { text, attrs: { value: index + 1 } });
}

function turnGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const inverted = button({ icon: "invert", label: "Invert", keys: "Shift+I", name: "invert", run: commands.invert });
  const smooth = button({ icon: "smooth", label: "Smooth between pixels", name: "smooth", run: commands.smooth });
  scope.effect(() => {
    const view = viewer.active.get().view.get();
    inverted.setAttribute("aria-pressed", String(view.inverted));
    smooth.setAttribute("aria-pressed", String(view.smooth));
  });
  return group(
    "Image",
    inverted,
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
    smooth,
    button({ icon: "reset", label: "Reset the view", keys: "Esc", name: "reset", run: commands.reset }),
  );
}

function cineGroup(viewer: Viewer, commands: Commands, scope: Scope): HTMLElement {
  const play = button({ icon: "play", label: "Play", keys: "C", name: "cine", run: commands.toggleCine });
  const rate = h("input", {
    title: "Images per second",
    attrs: { type: "number", min: SLOWEST_FPS, max: FASTEST_FPS, step: 1, "aria-label": "Images per second" },
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
    play.title = several ? `${playing ? "Pause" : "Play"} (C)` : "There is only one image to play";
    play.setAttribute("aria-pressed", String(playing));
    play.replaceChildren(icon(playing ? "pause" : "play"));
    if (document.activeElement !== rate) rate.value = String(fps);
  });
  return group("Cine", play, rate, unit);
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
    scope.effect(() => element.setAttribute("aria-pressed", String(viewer.layout.get() === layouts[name])));
    return element;
  });
  return group("Layout", ...buttons);
}
