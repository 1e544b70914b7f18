/** What the server's tests share. */
import type { RunningServer } from "../../src/serve/index.ts";

/** Models that are asked for greedily draw alike on all processors, so far as it is not close. */
export const json = { "content-type": "application/json" };

export function post(
  { url }: Pick<RunningServer, "url">,
  path: string,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(url + path, {
    method: "POST",
    body: text,
    ...init,
    headers: { ...json, ...init.headers },
  });
}

export interface Health {
  readonly status: string;
  readonly sequences: number;
  readonly waiting: number;
  readonly rows: number;
}

export async function health({ url }: Pick<RunningServer, "url">): Promise<Health> {
  return (await (await fetch(`${url}/healthz`)).json()) as Health;
}

/** Asks until it is so. @throws when it is not within 20 s */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface SentEvent {
  readonly event: string;
  readonly data: string;
}

export function eventsIn(text: string): SentEvent[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const lines = block.split("\n");
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      return { event: field("event") ?? "message", data: field("data") ?? "" };
    });
}
