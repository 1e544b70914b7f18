/** Servers that would have what is not theirs: keys, addresses within, more memory than there is. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { resolveConfig, type SynthesizeConfigInput } from "../../src/config/index.ts";
import { lockRun } from "../../src/runs/index.ts";
import { isOpenAddress } from "../../src/synthesize/addresses.ts";
import { boundedFetch } from "../../src/synthesize/bounded-fetch.ts";
import { AnswerCache } from "../../src/synthesize/cache.ts";
import { download } from "../../src/synthesize/download.ts";
import { traceOnce } from "../../src/synthesize/drawings.ts";
import { ItemFault } from "../../src/synthesize/errors.ts";
import { SynthesizeError, synthesize } from "../../src/synthesize/index.ts";
import { TraceError, type Tracer } from "../../src/trace/index.ts";
import { SvgError } from "../../svg/index.ts";
import { iconImage, iconSource, settingsOf, tokenizer } from "../trace/images.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-hostile-"));
const captions = join(root, "one.txt");
writeFileSync(captions, "a heart\n");
const picture = iconImage(iconSource("@tabler/icons/icons/filled/heart.svg"), "#fff");
const notice = () => {};

async function withServer(listener: RequestListener, work: (origin: string) => Promise<void>) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await work(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function configOf(synthesize: SynthesizeConfigInput) {
  const quick = { attempts: 1, backoff: 0, wordings: ["{caption}"] };
  return resolveConfig({ trace: { colors: 1, size: 64 }, synthesize: { ...quick, ...synthesize } });
}

test("OpenAI's key and its other variables go to OpenAI alone, and no message shows a key", async () => {
  const before = { ...process.env };
  process.env.OPENAI_API_KEY = "sk-usual";
  process.env.OPENAI_ORG_ID = "org-mine";
  process.env.OPENAI_PROJECT_ID = "project-mine";
  process.env.PATHLOOM_TEST_KEY = "sk-chosen";
  const seen: string[] = [];
  let status = 400;
  const listener: RequestListener = (request, response) => {
    seen.push(JSON.stringify(request.headers));
    const message = `no ${request.headers.authorization} for http://me:pass@there/`;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message } }));
  };
  try {
    await withServer(listener, async (origin) => {
      const ask = (folder: string, imageKey: string | null) =>
        synthesize({
          captions,
          folder: join(root, folder),
          config: configOf({ imageUrl: `${origin}/v1`, imageKey }),
          notice,
        });
      const { reasons } = await ask("no-key", null);
      assert.equal(Object.keys(reasons), [
        "the server answers N: N no Bearer none for http://there/",
      ]);
      assert.not.match(seen.join(), /sk-|org-mine|project-mine/);
      const chosen = await ask("chosen-key", "PATHLOOM_TEST_KEY");
      assert.equal(Object.keys(chosen.reasons), [
        "the server answers N: N no Bearer … for http://there/",
      ]);
      assert.match(seen.join(), /sk-chosen/);
      status = 401;
      const refused = await ask("refused", "PATHLOOM_TEST_KEY").catch((error) => error);
      assert.instance(refused, SynthesizeError);
      assert.match(
        refused.message,
        /Bearer … for http:\/\/there\/; is the key in the variable PATH/,
      );
      const without = await ask("refused", null).catch((error) => error);
      assert.match(without.message, /no key was sent: synthesize\.imageKey/);
    });
  } finally {
    for (const name of ["API_KEY", "ORG_ID", "PROJECT_ID"].map((end) => `OPENAI_${end}`)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

test("addresses of this machine and its network are not open, however they are written", () => {
  for (const address of ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]) {
    assert.ok(isOpenAddress(address), address);
  }
  const closed =
    "127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 ::1 ::";
  const wrapped = "::ffff:127.0.0.1 ::ffff:a00:1 64:ff9b::169.254.169.254 fe80::1%eth0 fd00::1";
  for (const address of [...`${closed} ${wrapped}`.split(" "), "localhost", ""]) {
    assert.not.ok(isOpenAddress(address), address);
  }
});

test("a linked image comes from the server itself or from the open internet", async () => {
  let asked = 0;
  const inner: RequestListener = (_, response) => {
    asked++;
    response.end(picture);
  };
  await withServer(inner, async (within) => {
    const outer: RequestListener = ({ url }, response) => {
      if (url === "/picture") return response.end(picture);
      const to = url === "/own" ? "/picture" : url === "/round" ? "/round" : `${within}/secret`;
      response.writeHead(302, { location: to });
      return response.end();
    };
    await withServer(outer, async (origin) => {
      const { signal } = new AbortController();
      const options = { origin, maxBytes: 2 ** 20, signal };
      for (const path of ["picture", "own"]) {
        assert.equal(await download(`${origin}/${path}`, options), Buffer.from(picture));
      }
      const port = new URL(within).port;
      const refused = [
        [`${origin}/leads-within`, /open internet/],
        [`${within}/secret`, /open internet/],
        [`http://localhost:${port}/`, /open internet/],
        [`http://[::ffff:127.0.0.1]:${port}/`, /open internet/],
        [`http://2130706433:${port}/`, /open internet/],
        [`${origin}/round`, /too often/],
        ["file:///etc/passwd", /none of HTTP/],
      ] as const;
      for (const [address, says] of refused) {
        const error = await download(address, options).catch((thrown) => thrown);
        assert.instance(error, ItemFault, address);
        assert.match(error.message, says);
      }
      const few = { ...options, maxBytes: 10 };
      const large = await download(`${origin}/picture`, few).catch((thrown) => thrown);
      assert.match(large.message, /too large/);
    });
  });
  assert.is(asked, 0);
});

test("an answer of any kind ends at its bound", async () => {
  const listener: RequestListener = (_, response) => response.end("x".repeat(5000));
  await withServer(listener, async (origin) => {
    assert.is((await (await boundedFetch(5000)(origin)).text()).length, 5000);
    const error = await (await boundedFetch(4999)(origin)).text().catch((thrown) => thrown);
    assert.instance(error, ItemFault);
    assert.match(error.message, /too large/);
  });
});

test("a message without content is a refusal, asked for once; damaged rows are counted", async () => {
  let asked = 0;
  const listener: RequestListener = (_, response) => {
    asked++;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ choices: [{ message: { content: null, refusal: "no" } }] }));
  };
  const table = join(root, "rows.jsonl");
  writeFileSync(table, '{"caption":"a heart"}\n{"caption":\n');
  await withServer(listener, async (origin) => {
    const notices: string[] = [];
    const made = await synthesize({
      captions: table,
      folder: join(root, "no-content"),
      config: configOf({ chatUrl: `${origin}/v1`, chatModel: "chat", attempts: 3 }),
      notice: (text) => notices.push(text),
    });
    assert.equal(made.reasons, { "the chat model says NO": 1 });
    assert.equal([made.outcome, made.damagedRows, asked], ["done", 1, 1]);
    assert.match(notices.join("\n"), /rows that cannot be read: 1, the first at .*2/);
  });
});

test("a fault of one image is remembered and counted, one of the machine may pass", async () => {
  const cache = new AnswerCache(join(root, "cache"));
  const failing = (error: Error): Tracer => ({
    name: "vtracer",
    trace: () => Promise.reject(error),
  });
  const settings = settingsOf({ colors: 1, size: 64 });
  const traceBy = (tracer?: Tracer) =>
    traceOnce(
      picture,
      { tokenizer, settings, ...(tracer === undefined ? {} : { tracer }) },
      "these settings",
      cache,
    ).catch((thrown) => thrown);
  const busy = await traceBy(failing(new TraceError("killed", { fault: "machine" })));
  assert.instance(busy, ItemFault);
  assert.ok(busy.mayPass);
  const gone = new TraceError("not there", { fault: "program" });
  assert.is(await traceBy(failing(gone)), gone);
  assert.type((await traceBy()).svg, "string");
  const other = new AnswerCache(join(root, "other-cache"));
  const odd = failing(new SvgError("limit", "odd"));
  const options = { tokenizer, settings, tracer: odd };
  const fault = await traceOnce(picture, options, "", other).catch((thrown) => thrown);
  assert.instance(fault, ItemFault);
  assert.not.ok(fault.mayPass);
});

test("a CLIP that cannot be opened leaves the folder unlocked", async () => {
  const clip = join(root, "no-clip");
  mkdirSync(clip);
  const folder = join(root, "locked");
  const config = configOf({ clip });
  const error = await synthesize({ captions, folder, config, notice }).catch((thrown) => thrown);
  assert.instance(error, Error);
  assert.not.ok(existsSync(join(folder, "run.lock")));
  lockRun(folder).release();
});

test.run();
