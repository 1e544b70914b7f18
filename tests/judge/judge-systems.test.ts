/** Systems judged on one benchmark: the released model and a folder, their page, and a hostile one. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { UsageError } from "../../errors/index.ts";
import { judgeSystems } from "../../src/judge/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { pathloom } from "../cli/pathloom.ts";

const folder = temporaryFolder();
const threads = { path: "train.threads", text: "1" };
/** What needs no drawings of training, which take seconds to read. */
const quick = { path: "evaluate.metrics", text: "[validity, pixels, counts]" };
const box =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h9v9z"/></svg>';
const read = (file: string) => readFileSync(file, "utf8");

function drawings(name: string, files: Readonly<Record<string, string>>): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [file, svg] of Object.entries(files)) writeFileSync(join(place, `${file}.svg`), svg);
  return place;
}

test("a model and a folder of drawings, in one table with differences; again, the same", async () => {
  const data = drawings("icons", { heart: box, house: box, "arrow-up": box });
  const asked = {
    data,
    systems: [{ name: "ours" }, { name: "other", drawings: drawings("other", { heart: box }) }],
    overrides: [
      ...[threads, { path: "generate.maxTokens", text: "40" }],
      // No key of the model's own: what it was trained on is not known then.
      { path: "data.source", text: JSON.stringify(data) },
    ],
  };
  const { judgement, files } = await judgeSystems({ ...asked, out: join(folder, "first") });
  const [ours, other] = judgement.systems.map(
    ({ scores }) => new Map(scores.map((score) => [score.figure.key, score])),
  );
  const figure = (of: typeof ours, key: string) => of?.get(key)?.estimate?.value ?? null;
  assert.equal([figure(ours, "renders"), figure(other, "renders")], [1, 1 / 3]);
  assert.is(figure(other, "copies"), null);
  assert.ok(figure(ours, "tokens")! > 5 && figure(ours, "seconds")! > 0);
  assert.equal([figure(ours, "novelty"), figure(ours, "copies")], [null, null]);
  assert.match(ours?.get("copies")?.reason ?? "", /trained on is not known/);
  const difference = judgement.systems[1]!.differences.get("renders");
  assert.ok(Math.abs(difference!.value + 2 / 3) < 1e-9);
  const told = read(files!.lines).trim().split("\n");
  assert.is(told.length, 6);
  assert.match(told[0]!, /"system":"ours","id":"arrow-up","caption":"arrow up"/);
  assert.match(read(files!.markdown), /\| Renders ↑, % \| 100\.0 \| 33\.3 \(/);
  assert.match(read(files!.markdown), /- HPS v2: not run: give evaluate\.hps/);
  const json = JSON.parse(read(files!.json));
  assert.is(json.systems[1].figures.renders.value, 1 / 3);
  assert.ok(existsSync(files!.sheet));
  const again = await judgeSystems({ ...asked, overrides: [...asked.overrides, quick] });
  const tokens = ({ systems }: typeof judgement) =>
    systems[0]!.scores.find(({ figure }) => figure.key === "tokens")?.values;
  assert.equal(tokens(again.judgement), tokens(judgement));
});

test("copies are told of a model whose own recipe is known, not of any other", async () => {
  const model = join(folder, "copied");
  cpSync("weights/icons", model, { recursive: true });
  const { judgement } = await judgeSystems({
    data: drawingsText(["heart"]),
    systems: [{ name: "released" }, { name: "copied", model }],
    overrides: [
      ...[threads, { path: "evaluate.metrics", text: "[novelty]" }],
      { path: "generate.maxTokens", text: "20" },
    ],
  });
  const told = judgement.systems.map(({ scores }) =>
    scores.map(({ figure, estimate, reason }) => [figure.key, estimate !== null, reason !== null]),
  );
  assert.equal(told, [
    [
      ["novelty", true, false],
      ["copies", true, false],
    ],
    [
      ["novelty", false, true],
      ["copies", false, true],
    ],
  ]);
});

test("without the grammar, and captions that leave no room, are told", async () => {
  const { judgement } = await judgeSystems({
    data: drawingsText(["heart", "long ".repeat(400)]),
    overrides: [threads, quick, { path: "evaluate.free", text: "true" }],
  });
  const [system] = judgement.systems;
  assert.match(system!.how, /without grammar/);
  assert.equal(system!.notes, ["1 caption without room for a drawing, and so without one"]);
  const parses = system!.scores.find(({ figure }) => figure.key === "parses");
  assert.is(parses?.values?.[1], 0);
});

function drawingsText(captions: readonly string[]): string {
  const file = join(folder, "captions.txt");
  writeFileSync(file, captions.join("\n"));
  return file;
}

test("hostile captions, names and drawings: a page of pixels and words, and nothing that runs", async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>`|';
  const bad = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(3)"><script>alert(4)</script><rect width="5" height="5" onclick="alert(5)"/></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body onload="alert(6)"/></foreignObject></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file:///etc/passwd"/><use href="http://example.com/x#y"/></svg>`,
    `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg>&b;</svg>`,
    "not svg at all <script>alert(7)</script>",
  ];
  const data = join(folder, "evil.jsonl");
  const rows = bad.map((svg, i) => ({ id: `../../${evil}${i}`, caption: `${evil} ${i}`, svg }));
  writeFileSync(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const out = join(folder, "evil");
  const { judgement, files } = await judgeSystems({
    ...{ data, out, title: evil },
    systems: [{ name: evil, drawings: data }],
    overrides: [threads],
  });
  assert.is(judgement.benchmark.captions, bad.length);
  const page = read(files!.page);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  // Of tags, only those that the page itself writes.
  const tags = new Set([...page.matchAll(/<([a-z][\w-]*)/gi)].map(([, tag]) => tag!.toLowerCase()));
  for (const tag of ["script", "svg", "iframe", "object", "foreignobject", "use", "image"]) {
    assert.not(tags.has(tag), tag);
  }
  assert.not.match(page.replaceAll(/&[#\w]+;/g, ""), /<[^>]*\son\w+\s*=/i);
  for (const [, source] of page.matchAll(/src="([^"]*)"/g)) {
    assert.match(source!, /^data:image\/png;base64,[\w+/=]+$/);
  }
  assert.not.match(read(files!.markdown), /(?<!\\)<(script|img)/);
  assert.not(existsSync(join(folder, "..", `${evil}0.svg`)));
});

test("the command draws, prints a table, and refuses what does not go together", async () => {
  const out = join(folder, "by-command");
  const captions = drawingsText(["heart", "arrow up"]);
  const args = ["--prompts", captions, "--train.threads", "1", "--out", out, "--limit", "1"];
  args.push("--evaluate.metrics", "[validity, pixels, lpips]");
  const ended = await pathloom(["evaluate", ...args]);
  assert.is(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /^1 caption of captions\.txt, no references, one system\n/);
  assert.match(ended.stdout, /\n {2}Renders, % +100\.0\n/);
  assert.match(ended.stdout, /not run: SSIM; MSE; PSNR: the captions have no reference/);
  assert.ok(existsSync(join(out, "report.html")));
  const [drawn] = readdirSync(join(out, "drawings/icons"));
  const stale = join(out, "drawings/icons/stale.svg");
  writeFileSync(stale, box);
  assert.is((await pathloom(["evaluate", ...args])).code, 0);
  assert.equal(readdirSync(join(out, "drawings/icons")), [drawn]);
  const refusals: [string[], RegExp][] = [
    [["--prompts", captions, "--held-out"], /say one of --data, --prompts and --held-out/],
    [["--prompts", captions, "--measure"], /--measure is of the run's own drawings/],
    [["--prompts", captions, "--system", "a=nowhere"], /there is no run, model or folder/],
    [["--prompts", captions, "--weight-dtype", "int8,int4"], /drawings are made with one/],
    [["--prompts", captions, "--train.lr", "1"], /--train\.lr: it is not read here/],
    [
      ["--prompts", captions, "--part", "icon"],
      /no caption of the part "icon"; there are no parts/,
    ],
    [["--limit", "3"], /--limit: it is of drawings that are judged/],
    [
      ["--held-out", "--model", join(folder, "copied")],
      /copied: there is no configuration beside it that says which drawings it holds out; name its run/,
    ],
  ];
  for (const [flags, message] of refusals) {
    const { code, stderr } = await pathloom(["evaluate", ...flags]);
    assert.equal([code, message.test(stderr)], [2, true], `${flags}: ${stderr}`);
  }
});

test("two systems of one name are refused, and drawings of nothing", async () => {
  const twice = [
    { name: "a", drawings: "x" },
    { name: "a", drawings: "y" },
  ];
  for (const [options, message] of [
    [{ data: null, systems: twice }, /two systems are called a/],
    [{ data: null, systems: twice.slice(1) }, /only a run knows which drawings it holds out/],
  ] as const) {
    const error = await judgeSystems(options).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UsageError && message.test(error.message), String(error));
  }
});

test.run();
