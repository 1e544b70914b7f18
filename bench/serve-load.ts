/**
 * How the server bears many clients: each asks for a drawing, waits for it, and asks again.
 *
 *   npm run build && node --import tsx bench/serve-load.ts
 *   … --clients 200 --seconds 60 --rows 64 --threads 2
 *
 * Prints the requests and tokens a second, the median and the 99th percentile of their times, what was
 * refused, and the server's memory at the beginning, the middle and the end. For a quiet machine.
 * Ends with 1 where a request failed otherwise than by an orderly 429.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    rows: { type: "string", default: "64" },
    threads: { type: "string", default: "2" },
  },
});
const [clients, seconds] = [Number(values.clients), Number(values.seconds)];

const captions = ["arrow right", "heart", "house", "circle check", "cloud rain", "bell", "mail"];

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

const { child, url } = await startServer();
const times: number[] = [];
const failures: string[] = [];
let [refused, tokens] = [0, 0];

async function client(index: number, end: number): Promise<void> {
  for (let round = 0; performance.now() < end; round++) {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "icons",
        prompt: captions[(index + round) % captions.length],
        seed: index * 1000 + round,
      }),
    });
    const body = (await answer.json()) as { usage?: { completion_tokens: number } };
    if (answer.status === 200) {
      times.push(performance.now() - began);
      tokens += body.usage?.completion_tokens ?? 0;
    } else if (answer.status === 429) {
      refused++;
      await sleep(1000 * Number(answer.headers.get("retry-after") ?? 1));
    } else failures.push(`${answer.status} ${JSON.stringify(body)}`);
  }
}

const memory = [await memoryOf(url)];
const end = performance.now() + 1000 * seconds;
const running = Array.from({ length: clients }, (_, index) =>
  client(index, end).catch((error: unknown) => {
    failures.push(String(error));
  }),
);
await sleep(500 * seconds);
memory.push(await memoryOf(url));
await Promise.all(running);
memory.push(await memoryOf(url));
const exited = once(child, "exit");
child.kill("SIGTERM");
const [code] = (await exited) as [number];

times.sort((a, b) => a - b);
const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
const rate = (count: number) => (count / seconds).toFixed(0);
console.log(`${clients} clients, ${seconds} s, ${values.rows} rows, ${values.threads} threads`);
console.log(`${times.length} drawings, ${rate(times.length)} a second, ${rate(tokens)} tokens/s`);
console.log(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
console.log(`${refused} answered 429, ${failures.length} failed; the server ended with ${code}`);
console.log(`memory ${memory.map((each) => each.toFixed(0)).join(", ")} MiB`);
for (const failure of failures.slice(0, 5)) console.log(`  ${failure}`);
process.exitCode = failures.length > 0 || code !== 0 ? 1 : 0;
