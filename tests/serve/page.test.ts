/** The web page in headless Chromium, and what reaches it of hostile drawings. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { serve } from "../../src/serve/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { skipTests } from "../testing/skip.ts";

const executablePath = process.env.PATHLOOM_CHROMIUM ?? "/usr/bin/chromium";
const root = join(import.meta.dirname, "..", "..");
/** Set, the pictures of docs/images are made anew. */
const pictures = process.env.PATHLOOM_SCREENSHOTS === "1";

const hostile = [
  `<svg xmlns="http://www.w3.org/2000/svg"><script>window.hacked = 1</script><path d="M0 0H9"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = 1"/>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" onclick="hacked()" onmouseover="hacked()"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.com/a.png" onerror="window.hacked = 1"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="https://example.com/a.svg#a"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:window.hacked = 1"><path d="M0 0"/></a></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script>top.hacked = 1&lt;/script>"/></foreignObject></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="window.hacked = 1"/></foreignObject></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><style>@import "https://example.com/a.css"; * { background: url(https://example.com/b) }</style></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path style="fill: url(https://example.com/c)" d="M0 0"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(https://example.com/d#e)" d="M0 0"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path fill="url('javascript:hacked()')" d="M0 0"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><animate attributeName="href" values="javascript:window.hacked = 1"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><set attributeName="onload" to="window.hacked = 1"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"><animate onbegin="window.hacked = 1" attributeName="x" dur="1s"/></path></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" filter="url(https://example.com/f#g)" mask="url(#m)" clip-path="url(https://example.com/c#d)"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><circle r="1" cursor="url(https://example.com/c.cur), auto"/></svg>`,
  `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><path d="&b;"/></svg>`,
  `<!DOCTYPE svg SYSTEM "https://example.com/x.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>`,
  `<?xml-stylesheet href="https://example.com/s.css"?><svg xmlns="http://www.w3.org/2000/svg"/>`,
  `<html xmlns="http://www.w3.org/1999/xhtml"><body onload="window.hacked = 1"><script>window.hacked = 1</script></body></html>`,
  `<svg xmlns="http://www.w3.org/1999/xhtml"><script>window.hacked = 1</script></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><svg onload="window.hacked = 1"/><g><script href="https://example.com/s.js"/></g></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><linearGradient id='a" onload="window.hacked = 1' href="https://example.com/g#h"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0&quot; onload=&quot;window.hacked = 1"/></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><text>&lt;img src=x onerror=window.hacked=1&gt;</text></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg">${"<g>".repeat(5000)}${"</g>".repeat(5000)}</svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg">${"<path/>".repeat(90_000)}</svg>`,
  `<svg`,
  ``,
  `<img src=x onerror="window.hacked = 1">`,
  `{"svg": "<script>window.hacked = 1</script>"}`,
];

/** Run in the browser: what is left of the texts, put into the page. */
const cleanAll = `async (texts) => {
  const names = new Set();
  for (const [i, text] of texts.entries()) {
    const svg = window.sanitise(text, "t" + i);
    if (svg === null) continue;
    document.body.append(svg);
    for (const each of [svg, ...svg.querySelectorAll("*")]) {
      names.add(each.localName);
      for (const { name, value } of each.attributes) {
        names.add("@" + name);
        if (/javascript|http|&|<|"/.test(value)) names.add("value " + value);
      }
      each.dispatchEvent(new MouseEvent("click"));
      each.dispatchEvent(new MouseEvent("mouseover"));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { names: [...names].sort(), hacked: window.hacked };
}`;

/** The same without cleaning. */
const insertAll = `async (texts) => {
  for (const text of texts) document.body.insertAdjacentHTML("beforeend", text);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return window.hacked;
}`;

if (!existsSync(executablePath)) {
  skipTests(`the page: no Chromium at ${executablePath}; name one by PATHLOOM_CHROMIUM`);
} else if (!existsSync(join(root, "dist", "page", "index.html"))) {
  skipTests("the page: it is not built; npm run build builds it");
} else defineTests();

function defineTests(): void {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  const outside: string[] = [];
  const complaints: string[] = [];

  test.before(async () => {
    const overrides = [{ path: "train.threads", text: "1" }];
    server = await serve({ serve: { port: 0 }, overrides });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  test.after(async () => {
    await browser.close();
    await server.close();
  });

  async function open(
    path: string,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<Page> {
    const page = await browser.newPage({ acceptDownloads: true, ...options });
    page.setDefaultTimeout(120_000);
    page.on("request", (request) => {
      const address = request.url();
      if (!address.startsWith(server.url) && !/^(?:data|blob):/.test(address))
        outside.push(address);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(server.url + path);
    return page;
  }

  const drawn = (page: Page) => page.locator("#say", { hasText: "tokens in" }).waitFor();
  const svgsOf = (page: Page) =>
    page
      .locator("#stage .canvas svg")
      .evaluateAll((found) =>
        found.map((svg) => svg.outerHTML.replaceAll(/ (?:class|role|id|fill)="[^"]*"/g, "")),
      );

  test("a caption is drawn, its tokens light up their strokes, and the address draws it again", async () => {
    const page = await open("/");
    await page.fill("#prompt", "circle check");
    await page.press("#prompt", "Enter");
    await drawn(page);
    const svgs = await svgsOf(page);
    assert.is(svgs.length, 4);
    for (const svg of svgs) assert.match(svg, /<(?:path|circle)/);
    assert.is(await page.locator(".card.drawing").count(), 0);

    const token = page.locator("#tokens .token.of").last();
    await token.hover();
    assert.is(await page.locator("#stage .canvas .lit").count(), 1, "one stroke of one drawing");
    const first = page.locator("#stage .canvas svg > *").first();
    await first.dispatchEvent("pointerenter");
    assert.ok((await page.locator("#tokens .token.lit").count()) > 0, "its tokens light up");

    await page.locator("h2, footer").first().click();
    await page.keyboard.press("2");
    const pressed = page.locator('.card[aria-pressed="true"]');
    assert.is(await pressed.getAttribute("aria-label"), "Drawing 2");
    const [svgFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
    assert.is(svgFile.suggestedFilename(), "circle-check.svg");
    const { drawing } = parseDrawing(readFileSync((await svgFile.path())!, "utf8"));
    assert.ok(drawing.elements.length > 0);
    const [pngFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("p")]);
    const png = readFileSync((await pngFile.path())!);
    assert.equal([png.subarray(1, 4).toString(), png.readUInt32BE(16)], ["PNG", 1024]);

    const address = page.url();
    assert.match(address, /#prompt=circle\+check&.*seed=\d+/);
    const again = await open(address.slice(server.url.length));
    await drawn(again);
    assert.equal(await svgsOf(again), svgs, "the same seeds, the same drawings");
    assert.is(await again.locator("#history button").count(), new Set(svgs).size, "kept once each");
    await again.close();
    await page.close();
  });

  test("what goes wrong is told in words", async () => {
    const page = await open("/");
    await page.fill("#prompt", "far too long ".repeat(100));
    await page.press("#prompt", "Enter");
    await page.locator("#say.bad", { hasText: "leaves 0 for the drawing" }).waitFor();
    await page.close();
    // Chromium itself tells of the answer 400.
    complaints.splice(0, complaints.length, ...complaints.filter((each) => !/ 400 /.test(each)));
  });

  test("captions are text, and what the browser kept is not trusted", async () => {
    const page = await open("/");
    const settings = { prompt: "<img src=x onerror=hacked=1>", seed: 1 };
    const kept = hostile.slice(0, 20).map((svg, index) => ({ settings, index, svg }));
    const text = JSON.stringify(JSON.stringify([null, 7, ...kept]));
    await page.evaluate(`localStorage.setItem("pathloom-history", ${text})`);
    const prompt = encodeURIComponent("<script>window.hacked=1</script>");
    await page.goto(`${server.url}/?again#prompt=${prompt}&seed=3&n=2`);
    await drawn(page);
    assert.is(await page.evaluate("window.hacked"), undefined);
    assert.is(await page.locator("main script, main img, main iframe, main style").count(), 0);
    await page.close();
    // Chromium tells of what the policy would have stopped, too, in the text that is read.
    const blocked = /inline (?:event handler|style|script) violates/;
    complaints.splice(0, complaints.length, ...complaints.filter((each) => !blocked.test(each)));
  });

  test("the page may load nothing from elsewhere and run nothing inline", async () => {
    for (const path of ["/", "/docs"]) {
      const policy = (await fetch(server.url + path)).headers.get("content-security-policy");
      assert.match(policy ?? "", /default-src 'none'; script-src 'self'; style-src 'self'/);
      assert.not.match(policy ?? "", /unsafe/);
    }
    assert.equal(outside, []);
    assert.equal(complaints, []);
  });

  test("of hostile drawings nothing runs and nothing reaches out", async () => {
    const bundle = await build({
      stdin: {
        contents: `import { sanitise } from "./src/serve/page/sanitise.ts"; window.sanitise = sanitise;`,
        resolveDir: root,
      },
      bundle: true,
      write: false,
      format: "iife",
    });
    // A page without any policy: what got through would run.
    const page = await browser.newPage();
    const asked: string[] = [];
    await page.route("**/*", (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await page.addScriptTag({ content: bundle.outputFiles[0]!.text });
    const left = (await page.evaluate(`(${cleanAll})(${JSON.stringify(hostile)})`)) as {
      readonly names: readonly string[];
      readonly hacked: unknown;
    };
    assert.is(left.hacked, undefined);
    assert.equal(asked, []);
    const known = ["svg", "g", "path", "circle", "linearGradient", "@d", "@r", "@fill", "@id"];
    assert.equal(
      left.names.filter((name) => !known.includes(name)),
      [],
    );
    // Without it they do run: the test would see it.
    const hacked = await page.evaluate(`(${insertAll})(${JSON.stringify(hostile.slice(0, 9))})`);
    assert.is(hacked, 1);
    assert.ok(asked.length > 0);
    await page.close();
  });

  if (pictures) {
    test("pictures for the docs", async () => {
      const folder = join(root, "docs", "images", "serve");
      mkdirSync(folder, { recursive: true });
      const desk = { viewport: { width: 1120, height: 860 }, deviceScaleFactor: 1.5 };
      const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };
      for (const [name, options, address] of [
        ["light", { ...desk, colorScheme: "light" }, "/#prompt=heart&seed=7"],
        ["dark", { ...desk, colorScheme: "dark" }, "/#prompt=cloud+rain&seed=3"],
        ["phone", { ...phone, colorScheme: "light" }, "/#prompt=arrow+right&seed=5&n=2"],
      ] as const) {
        const context = await browser.newContext(options);
        const page = await context.newPage();
        page.setDefaultTimeout(120_000);
        for (const caption of ["house", "bell", "mail", "sun"]) {
          await page.goto(
            `${server.url}/?${caption}#prompt=${caption}&seed=11&n=2&temperature=0.3`,
          );
          await drawn(page);
        }
        await page.goto(`${server.url}/?shown${address}`.replace("/?shown/", "/?shown"));
        await drawn(page);
        await page.locator("#tokens .token.of").last().hover();
        await page.screenshot({ path: join(folder, `${name}.png`) });
        await context.close();
      }
    });
  }
}

test.run();
