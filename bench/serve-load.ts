/**
 * How the server bears many clients, and what it makes of them: each asks for a drawing, waits for it,
 * and asks again.
 *
 *   npm run build && node --import tsx bench/serve-load.ts
 *   … --clients 200 --seconds 60 --rows 64 --threads 2
 *   … --python venv/bin/python          beside transformers, in batches of 16 (torch, transformers)
 *   … --llama-cpp folder/node_modules   beside llama.cpp, 16 sequences at once (npm install node-llama-cpp)
 *
 * First one client, then 16, for `--short` seconds each: tokens a second, and their ratio. Then all
 * clients for `--seconds`: requests and tokens a second, the median and the 99th percentile of their
 * times, what was refused, and the server's memory at the beginning, the middle and the end. Then the
 * peers, which continue the same captions with the same weights on as many threads, without the grammar.
 * For a quiet machine. Ends with 1 where a request failed otherwise than by an orderly 429.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportModel } from "../src/runs/index.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    short: { type: "string", default: "10" },
    rows: { type: "string", default: "64" },
    threads: { type: "string", default: "2" },
    python: { type: "string" },
    "llama-cpp": { type: "string" },
  },
});
const [clients, seconds, short] = [values.clients, values.seconds, values.short].map(Number) as [
  number,
  number,
  number,
];

const captions = ["arrow right", "heart", "house", "circle check", "cloud rain", "bell", "mail"];
const model = join(import.meta.dirname, "..", "weights", "icons");
/** As the server's recipe has it. */
const temperature = 0.3;

async function startServer(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const program = join(import.meta.dirname, "..", "dist", "src", "cli", "main.js");
  const args = ["serve", "--port", "0", "--serve.rows", values.rows];
  const limits = ["--train.threads", values.threads, "--serve.maxQueuedPerClient", "256"];
  const child = spawn(process.execPath, [program, ...args, ...limits], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, url: line.toString().trim() };
}

async function memoryOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1] ?? Number.NaN) / 2 ** 20;
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

interface Load {
  /** Milliseconds of each request that was answered. */
  readonly times: number[];
  readonly failures: string[];
  tokens: number;
  refused: number;
  /** Until the last answer: what was asked before the end is waited for. */
  seconds: number;
}

/** So many clients, for so long. */
async function load(url: string, count: number, length: number): Promise<Load> {
  const result: Load = { times: [], failures: [], tokens: 0, refused: 0, seconds: 0 };
  const began = performance.now();
  const end = began + 1000 * length;
  const client = async (index: number) => {
    for (let round = 0; performance.now() < end; round++) {
      const asked = performance.now();
      const answer = await fetch(`${url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: "icons",
          prompt: captions[(index + round) % captions.length],
          seed: index * 1000 + round,
          temperature,
        }),
      });
      const body = (await answer.json()) as { usage?: { completion_tokens: number } };
      if (answer.status === 200) {
        result.times.push(performance.now() - asked);
        result.tokens += body.usage?.completion_tokens ?? 0;
      } else if (answer.status === 429) {
        result.refused++;
        await sleep(1000 * Number(answer.headers.get("retry-after") ?? 1));
      } else result.failures.push(`${answer.status} ${JSON.stringify(body)}`);
    }
  };
  const all = Array.from({ length: count }, (_, index) =>
    client(index).catch((error: unknown) => {
      result.failures.push(String(error));
    }),
  );
  await Promise.all(all);
  result.seconds = (performance.now() - began) / 1000;
  return result;
}

const rateOf = ({ tokens, seconds: length }: Pick<Load, "tokens" | "seconds">) => tokens / length;

const { child, url } = await startServer();
await load(url, 16, 1); // Programs are compiled.
const one = await load(url, 1, short);
const sixteen = await load(url, 16, short);
console.log(`1 client: ${rateOf(one).toFixed(0)} tokens/s; 16: ${rateOf(sixteen).toFixed(0)}`);
console.log(`16 at once are ${(rateOf(sixteen) / rateOf(one)).toFixed(2)} times one alone`);

const memory = [await memoryOf(url)];
const running = load(url, clients, seconds);
await sleep(500 * seconds);
memory.push(await memoryOf(url));
const many = await running;
memory.push(await memoryOf(url));
const exited = once(child, "exit");
child.kill("SIGTERM");
const [code] = (await exited) as [number];

const { times, failures } = many;
times.sort((a, b) => a - b);
const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
console.log(`${clients} clients, ${seconds} s, ${values.rows} rows, ${values.threads} threads`);
const drawings = (times.length / many.seconds).toFixed(0);
console.log(`${times.length} drawings, ${drawings} a second, ${rateOf(many).toFixed(0)} tokens/s`);
console.log(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
console.log(
  `${many.refused} answered 429, ${failures.length} failed; the server ended with ${code}`,
);
console.log(`memory ${memory.map((each) => each.toFixed(0)).join(", ")} MiB`);
const failed = [one, sixteen, many].flatMap((each) => each.failures);
for (const failure of failed.slice(0, 5)) console.log(`  ${failure}`);

/** @param args of a program that prints its tokens a second, as JSON. */
function peer(name: string, program: string, args: readonly string[]): void {
  const printed = execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { tokensPerSecond } = JSON.parse(printed.trim().split("\n").at(-1)!) as {
    tokensPerSecond: number;
  };
  const ratio = rateOf(sixteen) / tokensPerSecond;
  console.log(
    `${name}, 16 at once: ${tokensPerSecond.toFixed(0)} tokens/s; we ${ratio.toFixed(2)} times`,
  );
}

const peers = join(import.meta.dirname, "peer");
const asked = [values.threads, String(short), String(temperature), JSON.stringify(captions)];
if (values.python !== undefined) {
  peer("transformers", values.python, [join(peers, "serve_transformers.py"), model, ...asked]);
}
if (values["llama-cpp"] !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-load-"));
  try {
    const file = join(folder, "icons.gguf");
    await exportModel({ model, to: file, format: "gguf", ggufType: "f32" });
    const script = join(peers, "serve-llama-cpp.mjs");
    peer("llama.cpp", process.execPath, [script, file, ...asked, values["llama-cpp"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
process.exitCode = failed.length > 0 || code !== 0 ? 1 : 0;
