/** Drawings beside their tokens, coloured by kind. */

import type { Drawing } from "../../../svg/index.ts";
import type { SvgTokenizer } from "../../../tokenizer/index.ts";
import { escapeMarkup, formatCount } from "../format.ts";
import { inlineDrawing } from "./inline-drawing.ts";
import { page } from "./layout.ts";

export interface TokenizedFile {
  readonly file: string;
  readonly drawing: Drawing;
  readonly ids: readonly number[];
}

/** Hues far enough apart to tell neighbours by, in the order in which kinds turn up. */
const hues = [215, 25, 140, 285, 350, 95, 185, 50, 255, 320, 165, 5];

const style = `
.entry { display: grid; grid-template-columns: 200px 1fr; gap: 1.2rem; margin-bottom: 1rem; }
.entry > div:first-child svg { width: 100%; }
.tokens { display: flex; flex-wrap: wrap; gap: 3px; align-content: flex-start;
  font: .78rem/1.3 ui-monospace, SFMono-Regular, Menlo, monospace; }
.tokens i { font-style: normal; padding: 1px 5px; border-radius: 5px;
  background: hsl(var(--hue) 70% 88%); color: hsl(var(--hue) 60% 24%); }
@media (prefers-color-scheme: dark) { .tokens i { background: hsl(var(--hue) 30% 22%);
  color: hsl(var(--hue) 70% 82%); } }
@media (max-width: 620px) { .entry { grid-template-columns: 1fr; } }
`;

export function tokenPage(files: readonly TokenizedFile[], tokenizer: SvgTokenizer): string {
  const kinds = new Map<string, number>();
  const hueOf = (kind: string) => {
    const index = kinds.get(kind) ?? kinds.size;
    kinds.set(kind, index);
    return hues[index % hues.length] ?? 0;
  };
  const total = files.reduce((sum, { ids }) => sum + ids.length, 0);
  const entries = files.map(({ file, drawing, ids }, index) => {
    const tokens = ids.map((id) => {
      const token = tokenizer.vocabulary.token(id);
      return `<i style="--hue:${hueOf(kindOf(token))}" title="id ${id}">${escapeMarkup(token)}</i>`;
    });
    return `<section><h2>${escapeMarkup(file)} <span class="muted">${ids.length} tokens</span></h2>
<div class="card entry"><div>${inlineDrawing(drawing, `d${index}`)}</div><div class="tokens">${tokens.join("")}</div></div></section>`;
  });
  const { size } = tokenizer.vocabulary;
  const head = `<h1>Tokens</h1><p class="muted">${formatCount(files.length)} drawings, ${formatCount(total)} tokens, ${escapeMarkup(tokenizer.name)} representation with a vocabulary of ${formatCount(size)}.</p>`;
  return page("Tokens · Pathloom", head + entries.join("\n"), style);
}

/** `x12` and `x96` are one kind. */
function kindOf(token: string): string {
  return token.replaceAll(/-?\d+(\.\d+)?/g, "");
}
