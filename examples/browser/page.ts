/** What runs in the page: an SVG becomes tokens, and they become the drawing again. */
import { parseDrawing, printDrawing } from "pathloom/svg";
import { createPathTokenizer } from "pathloom/tokenizer";

const tokenizer = createPathTokenizer();
const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const source = element<HTMLTextAreaElement>("source");

function show(): void {
  const list = element("tokens");
  try {
    const { drawing, dropped } = parseDrawing(source.value, tokenizer.canonical);
    const ids = tokenizer.encode(drawing);
    list.textContent = ids.map((id) => tokenizer.vocabulary.token(id)).join(" ");
    element("count").textContent = `${ids.length} tokens; left away: ${JSON.stringify(dropped)}`;
    // An image runs no script, whatever the text holds.
    const text = printDrawing(tokenizer.decode(ids));
    element<HTMLImageElement>("drawing").src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  } catch (error) {
    list.textContent = error instanceof Error ? error.message : String(error);
  }
}

source.addEventListener("input", show);
show();
