// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { codeTexts, describe, errorFrom } from "../src/api/problem";
import { age, date } from "../src/components/text";
import { Messages, plural, t, use } from "../src/i18n/i18n";
import cs from "../src/i18n/messages/cs.json";
import es from "../src/i18n/messages/es.json";
import fr from "../src/i18n/messages/fr.json";
import it from "../src/i18n/messages/it.json";
import { momentText } from "../src/radiology/words";
import { bindings, bindingsOf } from "../src/viewer/keymap";
import { keyProfiles } from "../src/viewer/key-profiles";
import { exportKinds } from "../src/viewer/export/exporter";
import { ctPresets } from "../src/viewer/state/window";
import { keyTitles } from "../src/viewer/writing/key-objects";

const files: Record<string, Messages> = { es, fr, it, cs };
const forms: Record<string, number> = { es: 2, fr: 2, it: 2, cs: 3 };

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return path.endsWith(".ts") && !path.endsWith("i18n.ts") ? [readFileSync(path).toString()] : [];
  });
}

/** Every text that the sources hand to `t` or `plural`, or keep in a table that is translated where it is shown. */
function wanted(): Set<string> {
  const found = new Set<string>();
  const patterns = [
    /(?<![\w.])t\(\s*"((?:[^"\\]|\\.)*)"/g, /"(\{n\}[^"]*\|[^"]*)"/g, /^ {2}\["\w+", "\w+", "([A-Z][^"]+)"/gm,
    /\blabel: "([A-Z][^"]*)"/g, /\b(?:title|detail|lead|submit|hint): "([A-Z][^"]*)"/g,
    /^ {2}\["1\.2\.840[^"]*", "([^"]+)"\]/gm, /^ {2}\d{3}: "([^"]+)"/gm,
    /refused\("([^"]+)"\)/g,
    /return "([a-z]+ images?[^"]*|several [^"]+)";/g,
  ];
  for (const source of sources("src")) {
    for (const pattern of patterns) for (const match of source.matchAll(pattern)) found.add(match[1]);
  }
  for (const binding of keyProfiles.flatMap(bindingsOf).concat(bindings)) {
    if (!/^Window \d$/.test(binding.label)) found.add(binding.label);
    found.add(binding.group);
  }
  for (const [, label] of exportKinds) found.add(label);
  for (const title of keyTitles) found.add(title.meaning);
  for (const preset of ctPresets) found.add(preset.name);
  for (const name of keyProfiles) found.delete(name);
  for (const number of Array.from({ length: 9 }, (_, i) => `Window ${i + 1}`)) found.delete(number);
  return found;
}

function placeholders(text: string): string {
  return Array.from(new Set(text.match(/\{\w+\}/g) ?? [])).sort().join(" ");
}

test("every text of the client stands in every message file, with the same placeholders", () => {
  const texts = wanted();
  assert.ok(texts.size > 200, `only ${texts.size} texts were found in the sources`);
  for (const [language, messages] of Object.entries(files)) {
    const missing = Array.from(texts).filter((text) => !messages[text]?.trim());
    assert.deepEqual(missing, [], `missing in ${language}`);
    for (const [text, translated] of Object.entries(messages)) {
      if (text.includes("|")) {
        assert.equal(translated.split("|").length, forms[language], `forms of ${text} in ${language}`);
        for (const form of translated.split("|")) assert.equal(placeholders(form), placeholders(text), form);
      } else {
        assert.equal(placeholders(translated), placeholders(text), `${language}: ${text}`);
      }
    }
  }
});

test("all message files have the same texts", () => {
  const names = Object.keys(es).sort();
  for (const messages of Object.values(files)) assert.deepEqual(Object.keys(messages).sort(), names);
});

test("numbers choose the form of their language", () => {
  use("cs", cs);
  const images = "{n} image|{n} images";
  assert.deepEqual([1, 3, 5].map((n) => plural(n, images)), ["1 snímek", "3 snímky", "5 snímků"]);
  assert.equal(t("Image {n} of {images}", { n: 2, images: plural(5, images) }), "Snímek 2 z 5 snímků");
  use("fr", fr);
  assert.deepEqual([0, 1, 2].map((n) => plural(n, images)), ["0 image", "1 image", "2 images"]);
  use("en", {});
  assert.deepEqual([0, 1, 2].map((n) => plural(n, images)), ["0 images", "1 image", "2 images"]);
  assert.equal(t("a text that stands in no file"), "a text that stands in no file");
});

test("no key of a profile does two things", () => {
  for (const profile of keyProfiles) {
    const keys = bindingsOf(profile).map((one) => [one.key, one.shift, one.alt, one.control].map(String).join(" "));
    assert.equal(new Set(keys.map((key) => key.replace(/undefined/g, "false"))).size, keys.length, profile);
  }
});

test("every code of the server's errors has its text in every language", () => {
  const refusals = readFileSync("../Sources/System/Radiology/RadiologyError.swift").toString();
  const problems = readFileSync("../Sources/Adapters/WebGateway/Routing/Problem.swift").toString();
  const trust = readFileSync("../Sources/System/Trust/TrustError.swift").toString();
  const codes = new Set<string>();
  for (const match of refusals.matchAll(/Code\("(\w+)"\)/g)) codes.add(match[1]);
  for (const match of refusals.matchAll(/^ {4}case (\w+)$/gm)) codes.add(match[1]);
  for (const match of problems.matchAll(/(?:case \d+|default): (?:[^"\n]*\? )?"(\w+)"/g)) codes.add(match[1]);
  for (const match of problems.matchAll(/code: "(\w+)"/g)) codes.add(match[1]);
  for (const match of trust.matchAll(/^ {4}case ([\w, ]+)$/gm)) match[1].split(", ").forEach((code) => codes.add(code));
  assert.ok(codes.size > 30, `only ${codes.size} codes were found in the server`);
  const known = codeTexts.map((each) => each.code);
  assert.deepEqual([...codes].filter((code) => !known.includes(code)), []);
  for (const { code, title } of codeTexts) {
    for (const [tag, messages] of Object.entries(files)) assert.ok(messages[title], `${code} in ${tag}`);
  }
});

test("an error is told in the language of its reader, with what the server said below", async () => {
  use("fr", fr);
  const body = { title: "Conflict", detail: "reader works on this exam.", code: "claimed" };
  const answer = new Response(JSON.stringify(body), {
    status: 409, headers: { "Content-Type": "application/problem+json" },
  });
  const [title, detail] = describe(await errorFrom(answer)).split("\n");
  assert.deepEqual([title, detail], ["Quelqu’un d’autre travaille sur cet examen", "reader works on this exam."]);
  use("cs", cs);
  const older = new Response(JSON.stringify({ detail: "No." }), {
    status: 403, headers: { "Content-Type": "application/problem+json" },
  });
  assert.equal(describe(await errorFrom(older)), `${cs["You are not allowed to do this"]}\nNo.`);
  use("en", {});
});

test("days and ages read as their language has them", () => {
  const seen = (["en", "fr", "cs"] as const).map((tag) => {
    use(tag, files[tag] ?? {});
    return [date("20260309"), age("19800101", "20260309"), momentText(0).length].join(" ");
  });
  assert.deepEqual(seen, ["2026-03-09 46 y 19", "09/03/2026 46 ans 19", "09.03.2026 46 r. 19"]);
  use("en", {});
  assert.equal(date("2026"), "2026");
});
