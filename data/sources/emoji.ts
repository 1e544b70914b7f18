/**
 * Emoji as coloured drawings: the pictures of `@twemoji/svg`, which are named by code points, with
 * the words of `emojibase-data`; and `openmoji`, which has words of its own.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CaptionOptions } from "./captions.ts";
import { chooseStyle, iconPackageSource, type ListedIcon } from "./icon-package.ts";
import { findPackage, hasPackage, readPackageJson } from "./packages.ts";
import { type BadRow, type Source, SourceError, type SourceRow } from "./source.ts";

const annotation = z.object({
  hexcode: z.string(),
  label: z.string(),
  tags: z.array(z.string()).default([]),
  group: z.number().int().optional(),
});

const annotations = z.array(annotation.extend({ skins: z.array(annotation).default([]) }));

const messages = z.object({
  groups: z.array(z.object({ order: z.number(), message: z.string() })),
});

/** The package that says what emoji are called. */
export const emojiNames = "emojibase-data";

interface Words {
  readonly label: string;
  readonly tags: readonly string[];
}

/** @throws SourceError when a package is missing or is not laid out as expected. */
export function twemojiSource(
  name: string,
  asked: string | null,
  captions: CaptionOptions,
): Source {
  const pictures = findPackage("@twemoji/svg");
  chooseStyle(name, asked, ["color"]);
  if (!hasPackage(emojiNames)) {
    throw new SourceError(
      `${name}: its captions come from the package emojibase-data, which is not installed; run: npm install emojibase-data`,
    );
  }
  const words = findPackage(emojiNames);
  const known = readEmojibase(words.folder);
  const files = readdirSync(pictures.folder).filter((file) => file.endsWith(".svg"));
  const found = files.sort().map((file) => ({ file, said: known.get(codeOf(file)) }));
  const icons = found.flatMap(({ file, said }): ListedIcon[] =>
    said === undefined ? [] : [{ name: said.label, tags: said.tags, file, style: "color" }],
  );
  const nameless = found.filter(({ said }) => said === undefined);
  const source = iconPackageSource(name, pictures, icons, captions);
  return {
    ...source,
    ...(source.facts && {
      facts: {
        ...source.facts,
        licence: "MIT (code), CC-BY-4.0 (drawings)",
        captionsFrom: [`${words.name} ${words.version} (${words.licence})`],
      },
    }),
    async *rows(onBad: (bad: BadRow) => void): AsyncIterable<SourceRow> {
      for (const { file } of nameless) {
        onBad({ place: `@twemoji/svg/${file}`, reason: "emojibase-data has no words for it" });
      }
      for await (const row of source.rows(onBad)) yield { ...row, id: idOf(row.place) };
    },
  };
}

const openmojiList = z.array(
  z.object({
    hexcode: z.string().regex(/^[\dA-F]+(-[\dA-F]+)*$/),
    annotation: z.string(),
    tags: z.string().default(""),
    openmoji_tags: z.string().default(""),
    group: z.string().default(""),
  }),
);

/** @throws SourceError when the package is missing or is not laid out as expected. */
export function openmojiSource(
  name: string,
  asked: string | null,
  captions: CaptionOptions,
): Source {
  const installed = findPackage("openmoji");
  const style = chooseStyle(name, asked, ["color", "black"]);
  const list = readPackageJson(join(installed.folder, "data", "openmoji.json"), openmojiList);
  const icons = list.map(({ hexcode, annotation: label, tags, openmoji_tags, group }) => ({
    name: label,
    tags: [...tags.split(","), ...openmoji_tags.split(","), group],
    file: `${style}/svg/${hexcode}.svg`,
    style: style === "black" ? "outline" : "color",
  }));
  const source = iconPackageSource(name, installed, icons, captions);
  return {
    ...source,
    async *rows(onBad: (bad: BadRow) => void): AsyncIterable<SourceRow> {
      for await (const row of source.rows(onBad)) yield { ...row, id: idOf(row.place) };
    },
  };
}

/** Labels repeat; code points do not. */
function idOf(place: string): string {
  return place.slice(place.lastIndexOf("/") + 1, -".svg".length);
}

/** Code points without the variation selector, which some sets write and others do not. */
function codeOf(file: string): string {
  const code = file.replace(/\.svg$/i, "").toUpperCase();
  return code
    .split("-")
    .filter((point) => point !== "FE0F")
    .join("-");
}

function readEmojibase(folder: string): Map<string, Words> {
  const list = readPackageJson(join(folder, "en", "data.json"), annotations);
  const { groups } = readPackageJson(join(folder, "en", "messages.json"), messages);
  const groupNames = new Map(groups.map(({ order, message }) => [order, message]));
  const known = new Map<string, Words>();
  for (const { skins, ...emoji } of list) {
    const group = groupNames.get(emoji.group ?? -1);
    const tags = [...emoji.tags, ...(group === undefined ? [] : [group])];
    for (const { hexcode, label } of [emoji, ...skins]) known.set(codeOf(hexcode), { label, tags });
  }
  return known;
}
