/** A thousand hostile requests: each is a clean refusal or a drawing that holds nothing but a drawing. */
import { request } from "node:http";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { serve } from "../../src/serve/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { health, post } from "./client.ts";

const server = await serve({
  serve: { port: 0, page: false, rows: 16, maxBodyBytes: 65_536, maxCaption: 300 },
  overrides: [{ path: "train.threads", text: "1" }],
});
test.after(() => server.close());

const count = 1000;
const random = seedrandom("hostile");
const below = (most: number) => Math.floor(random() * most);
const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;

const captions = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `</svg><svg onload=alert(1)>`,
  `url(javascript:alert(1))`,
  `<|eos|><|drawing|>`,
  `'; DROP TABLE drawings; --`,
  `{{constructor.constructor('return process')()}}`,
  `\${process.exit()}`,
  `\u202egnp.exe`,
  `\u0000null`,
  `a\u0007b\u001b[31m`,
  `\ud800`,
  `𝕳𝖊𝖆𝖗𝖙 ❤️ 心 ♥`,
  ``,
  ` `,
  `heart\r\nX-Injected: 1`,
  `%00%0a../../etc/passwd`,
  `x`.repeat(301),
  `__proto__`,
];
const fields = [
  ...["prompt", "model", "n", "candidates", "format", "stream", "max_tokens", "size", "color"],
  ...["background", "tokens", "temperature", "top_p", "top_k", "guidance", "seed", "user", "stop"],
  ...["__proto__", "constructor", "messages", "logprobs", "best_of", "echo", "tools", "nothing"],
];
const values: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 1e9, -1e9, 1e308, 0.5, 17, 2 ** 53, "", "x", "svg", "png"],
  ...["json", "red", "url(#a)", `"/><script>`, [], {}, [[]], [1, 2], [-1], ["heart"], [{ a: 1 }]],
  ...[{ role: "user" }, [{ role: "user", content: "heart" }], [{ role: "x" }], "icons", "gpt-4"],
];
const paths = ["/v1/svg", "/v1/completions", "/v1/chat/completions"];

/** A body that is in order but for one or two fields, or for its caption. */
function body(path = pick(paths)): Record<string, unknown> {
  const caption = random() < 0.6 ? pick(captions) : "heart";
  const said = { messages: [{ role: "user", content: caption }] };
  const asked = path === "/v1/chat/completions" ? said : { prompt: caption };
  const made: Record<string, unknown> = { ...asked, max_tokens: 60, model: "icons" };
  for (let i = below(3); i > 0; i--) {
    Object.defineProperty(made, pick(fields), {
      value: pick(values),
      enumerable: true,
      configurable: true,
    });
  }
  return made;
}

/** Text that is no body, or hardly one. */
function text(): string {
  const whole = JSON.stringify(body());
  return pick([
    () => whole.slice(0, below(whole.length)),
    () => whole + whole,
    () => "[".repeat(5000),
    () => `${'{"prompt":'.repeat(2000)}1${"}".repeat(2000)}`,
    () => `{"prompt": "${"a".repeat(70_000)}"}`,
    () => `{"prompt": "heart", "prompt": 7}`,
    () => `{"prompt": "heart", "__proto__": {"n": 9}}`,
    () => `{"prompt": "he\u0001art"}`,
    () => `{"n": 1e999, "prompt": "heart"}`,
    () => `{"seed": ${"9".repeat(400)}, "prompt": "heart"}`,
    () => `\ufeff${whole}`,
    () => "null",
    () => "",
    () => String.fromCharCode(...Array.from({ length: 200 }, () => below(65_536))),
    () => whole.replace(/"/g, "'"),
    () => `prompt=heart&n=4`,
  ])();
}

async function check(answer: Response, asked: string): Promise<"drawn" | "refused"> {
  const type = answer.headers.get("content-type") ?? "";
  assert.is(answer.headers.get("x-injected"), null);
  assert.is(answer.headers.get("x-content-type-options"), "nosniff");
  if (answer.status !== 200) {
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} for ${asked}`);
    assert.match(type, /^application\/json/);
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    assert.equal(Object.keys(error).sort(), ["code", "message", "param", "type"], asked);
    assert.ok(typeof error.message === "string" && error.message.length < 400, asked);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none is told back
    assert.not.match(error.message, /[\u0000-\u001f]/);
    return "refused";
  }
  if (type === "image/png") assert.is(Buffer.from(await answer.arrayBuffer())[1], 0x50);
  else {
    const given = await answer.text();
    for (const svg of given.match(/<svg(?:[^"\\]|\\?"[^"]*")*<\/svg>/g) ?? []) {
      const plain = svg.replaceAll('\\"', '"');
      assert.not.match(plain, /<(?!\/?(?:svg|g|path|circle|ellipse|rect|line|poly)\b)|\bon\w+=/);
      if (!type.startsWith("text/event-stream")) parseDrawing(plain);
    }
  }
  return "drawn";
}

test(`${count} hostile bodies are refused cleanly, or drawn as drawings`, async () => {
  const outcomes = { drawn: 0, refused: 0 };
  const asked = Array.from({ length: count }, (_, i) => {
    const path = pick(paths);
    return {
      path,
      text: i % 3 === 0 ? text() : JSON.stringify(body(path)),
      type: random() < 0.95 ? "application/json" : pick(["text/plain", "text/html", "nonsense"]),
    };
  });
  const left = [...asked];
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { path, text: sent, type } = next;
      const answer = await post(server, path, sent, { headers: { "content-type": type } });
      outcomes[await check(answer, `${path} ${sent.slice(0, 300)}`)]++;
    }
  };
  await Promise.all(Array.from({ length: 12 }, worker));
  console.log(`REPORT ${outcomes.refused} refused, ${outcomes.drawn} drawn`);
  assert.ok(outcomes.drawn > 100 && outcomes.refused > 400, JSON.stringify(outcomes));
  const state = await health(server);
  assert.equal([state.status, state.sequences, state.rows], ["ok", 0, 0]);
});

test("methods, paths and headers that are not meant are refused cleanly", async () => {
  const call = (path: string, init: RequestInit) => fetch(server.url + path, init);
  assert.is((await call("/v1/svg", { method: "DELETE" })).status, 404);
  assert.is((await call("/v1/models/..%2f..%2fetc", {})).status, 404);
  assert.is((await call("/../../package.json", {})).status, 404);
  assert.is((await call(`/v1/models/${"a".repeat(5000)}`, {})).status, 414);
  const large = await call("/v1/svg", { method: "POST", body: "x".repeat(100_000) });
  assert.ok([413, 415].includes(large.status));
  // A body shorter than it says: the connection is given up, and nothing else suffers.
  await new Promise<void>((resolve) => {
    const broken = request(`${server.url}/v1/svg`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": 500 },
    });
    broken.on("error", () => resolve());
    broken.write(`{"prompt":`);
    setTimeout(() => broken.destroy(), 50);
    broken.on("close", () => resolve());
  });
  assert.is((await health(server)).status, "ok");
});

test.run();
