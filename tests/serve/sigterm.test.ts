/** `pathloom serve` as a process: told to end under load, it loses nothing that it accepted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { skipTests } from "../testing/skip.ts";

const root = join(import.meta.dirname, "..", "..");
const program = join(root, "dist", "src", "cli", "main.js");
const requests = 10;

if (!existsSync(program))
  skipTests("the server's process: it is not built; npm run build builds it");
else {
  test(`${requests} requests that run or wait at SIGTERM are answered, and the process ends with 0`, async () => {
    const limits = ["--train.threads", "1", "--serve.rows", "2"];
    const child = spawn(process.execPath, [program, "serve", "--port", "0", ...limits], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const url = line.toString().trim();
    const post = (seed: number) =>
      fetch(`${url}/v1/svg`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "cloud rain", seed, temperature: 1, max_tokens: 120 }),
      });
    const accepted = Array.from({ length: requests }, (_, seed) => post(seed));
    for (let all = false; !all; ) {
      const health = (await (await fetch(`${url}/healthz`)).json()) as Record<string, number>;
      const answered = await answeredOf(accepted);
      // The server's thread has one core to share with this one.
      await setTimeout(5);
      all = health.rows! + health.waiting! + answered >= requests;
      assert.ok(answered < requests, "the signal comes while some are left");
    }
    child.kill("SIGTERM");
    const answers = await Promise.all(accepted);
    for (const answer of answers) {
      assert.is(answer.status, 200);
      assert.match(await answer.text(), /^<svg .*<\/svg>$/s);
    }
    const [code, signal] = (await ended) as [number | null, string | null];
    assert.equal([code, signal], [0, null]);
    const late = await post(1).then(
      () => "answered",
      () => "refused",
    );
    assert.is(late, "refused");
  });
}

/** How many are settled already. */
async function answeredOf(promises: readonly Promise<unknown>[]): Promise<number> {
  const open = Symbol("open");
  const states = await Promise.all(promises.map((each) => Promise.race([each, open])));
  return states.filter((state) => state !== open).length;
}

test.run();
