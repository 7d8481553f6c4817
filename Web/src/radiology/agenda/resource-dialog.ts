// SPDX-License-Identifier: Apache-2.0

import { dialog, goBack, inputField, selectField } from "../../components/dialog";
import { h, replace } from "../../components/dom";
import { t } from "../../i18n/i18n";
import { AgendaClient } from "./agenda-client";
import { clock, dateOf, dayText, minuteOf, minutesOfClock, today, weekdayText } from "./calendar";
import { Closure, Opening, Resource, ResourceKind } from "./types";

const kinds: readonly { key: ResourceKind; label: string }[] = [
  { key: "machine", label: "Machine" }, { key: "room", label: "Room" }, { key: "person", label: "Person" },
];

const none: Resource = {
  id: 0, name: "", kind: "machine", aeTitle: "", modality: "", location: "", closures: [], isActive: true,
  openings: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 8 * 60, to: 17 * 60 })),
};

/** All resources; one is chosen to be changed, or a new one added. */
export async function editResources(
  client: AgendaClient, resources: readonly Resource[], changed: () => void,
): Promise<void> {
  const list = h("ul", { class: "resource-list" });
  for (const each of resources) {
    const kind = t(kinds.find((one) => one.key === each.kind)?.label ?? each.kind);
    const button = h("button", { class: "side-item", attrs: { type: "button" } }, h("strong", { text: each.name }),
      h("span", {
      class: "faint", text: [kind, each.modality, each.aeTitle, each.isActive ? ""
        : t("not in use")].filter(Boolean).join(" · "),
    }));
    button.addEventListener("click", () => {
      button.closest("dialog")?.close();
      void editResource(client, each, changed);
    });
    list.append(h("li", {}, button));
  }
  const add = (): void => void setTimeout(() => void editResource(client, none, changed));
  await dialog(
    { title: t("Resources"), buttons: [goBack(), { text: t("Add a resource"), kind: "primary", run: add }] },
    resources.length > 0 ? list : h("p", { class: "faint", text: t("There are no rooms, machines or staff yet") }),
  );
}

/** `8:00-12:00, 13:00-17:00` as times of a weekday. */
export function parseHours(weekday: number, text: string): Opening[] {
  if (!text.trim()) return [];
  return text.split(",").map((piece) => {
    const [from, to, more] = piece.split(/[-–]/).map((one) => minutesOfClock(one));
    if (from === null || from === undefined || to === null || to === undefined || more !== undefined || from >= to) {
      throw new Error(t("“{text}” is no time such as 08:00–12:00.", { text: piece.trim() }));
    }
    return { weekday, from, to };
  });
}

export function hoursText(openings: readonly Opening[], weekday: number): string {
  return openings.filter((each) => each.weekday === weekday).sort((one, other) => one.from - other.from)
    .map((each) => `${clock(each.from)}–${each.to === 1440 ? "24:00" : clock(each.to)}`).join(", ");
}

async function editResource(client: AgendaClient, resource: Resource, changed: () => void): Promise<void> {
  const name = inputField(t("Name"), resource.name, { maxlength: 64 });
  const kind = selectField(t("Kind"), kinds.map((each) => [each.key, t(each.label)] as const), resource.kind);
  const title = inputField(t("AE title"), resource.aeTitle, { maxlength: 16 });
  const modality = inputField(t("Modality"), resource.modality, { maxlength: 16 });
  const location = inputField(t("Location"), resource.location);
  const active = h("input", { attrs: { type: "checkbox", checked: resource.isActive } });
  const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
    const field = inputField(weekdayText(weekday), hoursText(resource.openings, weekday), { placeholder: t("Closed") });
    return { weekday, ...field };
  });
  const closures = closureList(resource.closures);
  const save = async (): Promise<void> => {
    if (!name.input.value.trim()) throw new Error(t("Give a name."));
    await client.save({
      ...resource, name: name.input.value.trim(), kind: kind.input.value as ResourceKind,
      aeTitle: title.input.value.trim(), modality: modality.input.value.trim().toUpperCase(),
      location: location.input.value.trim(), isActive: active.checked, closures: closures.value(),
      openings: days.flatMap((each) => parseHours(each.weekday, each.input.value)),
    });
    changed();
  };
  await dialog(
    {
      title: resource.name || t("Add a resource"), class: "wide",
      buttons: [goBack(), { text: t("Save"), kind: "primary", run: save }],
    },
    h("div", { class: "fields" }, name.box, kind.box, title.box, modality.box, location.box),
    h("h3", { text: t("Opening hours") }), h("div", { class: "fields" }, ...days.map((each) => each.box)),
    h("h3", { text: t("Closed") }), closures.element,
    h("label", { class: "check" }, active, t("In use")),
  );
}

/** Holidays and maintenance, with a line to add one. */
function closureList(given: readonly Closure[]): { element: HTMLElement; value(): Closure[] } {
  let all = given.filter((each) => minuteOf(each.to) > (today() - 30) * 1440);
  const list = h("ul", { class: "closures" });
  const iso = dateOf(today()).replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3");
  const from = inputField(t("First day"), iso, { type: "date" });
  const to = inputField(t("Last day"), iso, { type: "date" });
  const reason = inputField(t("Reason"), "");
  const draw = (): void => replace(list, ...all.map((each) => {
    const remove = h("button", { class: "ghost", text: t("Remove"), attrs: { type: "button" } });
    remove.addEventListener("click", () => {
      all = all.filter((other) => other !== each);
      draw();
    });
    const last = Math.floor((minuteOf(each.to) - 1) / 1440);
    const text = `${dayText(Math.floor(minuteOf(each.from) / 1440))} – ${dayText(last)} · ${each.reason}`;
    return h("li", {}, h("span", { text }), remove);
  }));
  const add = h("button", { class: "button small", text: t("Add"), attrs: { type: "button" } });
  add.addEventListener("click", () => {
    const [first, last] = [from.input.value.replaceAll("-", ""), to.input.value.replaceAll("-", "")];
    if (!first || last < first) return;
    const end = new Date(Date.UTC(Number(last.slice(0, 4)), Number(last.slice(4, 6)) - 1,
      Number(last.slice(6, 8)) + 1));
    all = [...all, {
      from: { date: first, time: "000000" },
      to: { date: end.toISOString().slice(0, 10).replaceAll("-", ""), time: "000000" },
        reason: reason.input.value.trim(),
    }];
    draw();
  });
  draw();
  return {
    element: h("div", {}, list, h("div", { class: "fields add-closure" }, from.box, to.box, reason.box, add)),
    value: () => [...all],
  };
}
