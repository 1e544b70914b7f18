/** The exported page: it draws by itself in headless Chromium, what SvgGenerator draws. */
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { SvgGenerator } from "../../src/generate/index.ts";
import { exportModel, loadModel } from "../../src/runs/index.ts";
import { printDrawing } from "../../svg/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { skipTests } from "../testing/skip.ts";

const executablePath = process.env.PATHLOOM_CHROMIUM ?? "/usr/bin/chromium";
const root = join(import.meta.dirname, "..", "..");
/** Set, the pictures of docs/images are made anew. */
const pictures = process.env.PATHLOOM_SCREENSHOTS === "1";
const model = join(root, "weights", "icons");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Gives files of a folder, below a path as a project's page has it, and nothing else. */
function serveFolder(folder: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? "/", "http://x").pathname.replace(/^\/site\//, "");
    const file = join(folder, path === "" ? "index.html" : path);
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      answer.writeHead(404).end();
      return;
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    answer.writeHead(200, { "content-type": type }).end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, url: `http://127.0.0.1:${port}/site/` });
    });
  });
}

if (!existsSync(executablePath)) {
  skipTests(`the demo: no Chromium at ${executablePath}; name one by PATHLOOM_CHROMIUM`);
} else if (!existsSync(join(root, "dist", "demo", "worker.js"))) {
  skipTests("the demo: it is not built; npm run build builds it");
} else defineTests();

function defineTests(): void {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveFolder>>;
  const outside: string[] = [];
  const complaints: string[] = [];

  test.before(async () => {
    const to = join(temporaryFolder(), "site");
    await exportModel({ model, to, format: "demo" });
    served = await serveFolder(to);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  test.after(async () => {
    await browser.close();
    served.server.close();
  });

  async function open(
    address: string,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<Page> {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(120_000);
    page.on("request", (request) => {
      const asked = request.url();
      if (!asked.startsWith(served.url) && !/^(?:data|blob):/.test(asked)) outside.push(asked);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(served.url + address);
    return page;
  }

  const drawn = (page: Page) => page.locator("#say", { hasText: "tokens in" }).waitFor();
  const pathsOf = (page: Page) =>
    page
      .locator("#stage .canvas svg")
      .evaluateAll((found) =>
        found.map((svg) => [...svg.querySelectorAll("*")].map((each) => each.getAttribute("d"))),
      );

  test("captions are drawn without any server, as SvgGenerator draws them", async () => {
    const page = await open("#prompt=heart&seed=7&n=3&temperature=0.6&top_p=0.9&guidance=1");
    await drawn(page);
    const found = await pathsOf(page);
    await page.close();

    const { engine } = await startEngine("onnx", { threads: 1 });
    const loaded = await loadModel(engine, { model });
    const generator = new SvgGenerator(loaded.model, tokenizerFromJSON(loaded.tokenizer));
    const sampling = { temperature: 0.6, topK: 0, topP: 0.9, repetitionPenalty: 1 };
    const options = { sampling, seed: 7, maxTokens: null };
    const ours = generator.draw(["heart", "heart", "heart"], options).map(({ drawing }) => {
      const all = printDrawing(drawing).matchAll(/<(?!\/|svg)[\w]+(?:[^>]*? d="([^"]*)")?/g);
      return [...all].map(([, d]) => d ?? null);
    });
    loaded.model.dispose();
    engine.dispose();
    assert.equal(found, ours);
    assert.ok(ours.flat().some((d) => d !== null));
  });

  test("guidance, stopping, a caption that is too long, captions as text", async () => {
    const page = await open("#prompt=bell&seed=1&n=2&guidance=2");
    await drawn(page);
    assert.is(await page.locator("#stage .canvas svg").count(), 2);
    await page.fill("#prompt", "far too long ".repeat(100));
    await page.press("#prompt", "Enter");
    await page.locator("#say.bad", { hasText: "too few for any" }).waitFor();
    await page.fill("#prompt", "<img src=x onerror=window.hacked=1>");
    await page.press("#prompt", "Enter");
    await drawn(page);
    assert.is(await page.evaluate("window.hacked"), undefined);
    assert.is(await page.locator("main img, main script").count(), 0);
    await page.locator("h2, footer").first().click();
    await page.keyboard.press("r");
    await page.keyboard.press("Escape");
    await page.locator("#say", { hasText: /Stopped|tokens in/ }).waitFor();
    await page.close();
  });

  test("it asks nothing of anybody else, and the policy stops what would", async () => {
    const page = await open("");
    const blocked = await page.evaluate(
      "fetch('https://example.com/').then(() => false, () => true)",
    );
    assert.is(blocked, true);
    await page.close();
    assert.equal(outside, []);
    const policy = /content security policy|Refused to connect|Failed to fetch/i;
    assert.equal(
      complaints.filter((each) => !policy.test(each)),
      [],
    );
  });

  if (pictures) {
    test("pictures for the docs", async () => {
      const folder = join(root, "docs", "images", "demo");
      mkdirSync(folder, { recursive: true });
      const desk = { viewport: { width: 1120, height: 860 }, deviceScaleFactor: 1.5 };
      for (const [name, address] of [
        ["light", "#prompt=arrow+right&seed=7&n=4"],
        ["dark", "#prompt=bell&seed=3&n=4"],
      ] as const) {
        const page = await open(address, { ...desk, colorScheme: name });
        await drawn(page);
        await page.locator("#tokens .token.of").last().hover();
        await page.screenshot({ path: join(folder, `${name}.png`) });
        await page.close();
      }
    });
  }
}

test.run();
