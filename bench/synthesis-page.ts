/**
 * Runs `synthesize` from captions to drawings against a local server that stands for a chat and an image
 * model, and fails in every third answer; writes the figures and the sheet of docs/synthesis.md. Its images
 * are filled icons as such models make them: in grey, on white or on black.
 * `node --import tsx bench/synthesis-page.ts`
 */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConfig } from "../src/config/index.ts";
import { synthesize } from "../src/synthesize/index.ts";
import { renderPng } from "../svg/render/index.ts";
import { iconSets, readIcons } from "../tests/sets/icon-sets.ts";

const page = join(import.meta.dirname, "../docs/synthesis.md");
const icons = readIcons(iconSets.find(({ name }) => name === "Tabler filled")!);
const names = icons
  .map(({ file, svg }) => ({ name: file.replace(/\.svg$/, "").replaceAll("-", " "), svg }))
  .filter(({ name }, i) => i % 60 === 0 && !/\d/.test(name));

let answers = 0;
const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const json = (value: unknown, status = 200) => {
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
    response.end(JSON.stringify(value));
  };
  answers++;
  if (answers % 6 === 0) return json({ error: { message: "slow down" } }, 429);
  if (answers % 6 === 3) return response.destroy();
  const body = JSON.parse(text);
  if (body.messages !== undefined) {
    const said = body.messages.at(-1).content as string;
    const content = said.startsWith("the idea")
      ? "NO"
      : `<${said.replace("a photo of the ", "a ")}>`;
    return json({ choices: [{ message: { content } }] });
  }
  const icon = names.find(({ name }) => body.prompt.includes(`a ${name} `));
  if (icon === undefined) return json({ error: { message: "not allowed" } }, 400);
  const dark = body.guidance_scale > 5;
  const svg = icon.svg.replaceAll("currentColor", dark ? "#e8e8e8" : "#1c1c1c");
  const png = renderPng(svg, { size: 512, background: dark ? "#101010" : "#fafafa" });
  json({ data: [{ b64_json: Buffer.from(png).toString("base64") }] });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

const root = mkdtempSync(join(tmpdir(), "pathloom-synthesis-"));
const captions = join(root, "captions.txt");
const lines = [
  ...names.map(({ name }) => `a photo of the ${name}`),
  "the idea of time",
  "a secret",
];
writeFileSync(captions, lines.join("\n"));
const config = resolveConfig({
  trace: { colors: 1, maxTokens: 512 },
  synthesize: {
    chatUrl: url,
    chatModel: "chat",
    imageUrl: url,
    imageModel: "images",
    guidance: [3, 7.5],
    backoff: 0.1,
  },
});
const made = await synthesize({
  captions,
  folder: join(root, "set"),
  config,
  notice: console.warn,
});
const requests = answers;
const again = await synthesize({
  captions,
  folder: join(root, "set"),
  config,
  notice: console.warn,
});
server.close();
console.log(made, again.requests);

const reasons = Object.entries(made.reasons).map(([reason, count]) => `| ${reason} | ${count} |`);
const ranked = made.ranking.map(
  ({ guidance, accepted, images, tokens, error }) =>
    `| ${guidance} | ${accepted} of ${images} | ${tokens?.toFixed(0)} | ${error?.toFixed(4)} |`,
);
const figures = [
  `${made.captions} captions: ${made.simplified} drawn, ${made.captionsLeft} left out. ${made.images} images: ${made.accepted} accepted, ${made.imagesLeft} left out. ${made.requests} requests were made, of ${requests} that the server saw; the same call again made ${again.requests}.`,
  "",
  "| left out | |",
  "|---|--:|",
  ...reasons,
  "",
  "| guidance | accepted | tokens | error |",
  "|---|--:|--:|--:|",
  ...ranked,
].join("\n");
const text = readFileSync(page, "utf8");
writeFileSync(
  page,
  text.replace(
    /(<!-- figures -->\n)[\s\S]*(\n<!-- end -->)/,
    (_, start, end) => `${start}${figures}${end}`,
  ),
);
if (made.sheet !== null) {
  copyFileSync(made.sheet, join(import.meta.dirname, "../docs/images/synthesis.png"));
}
