/** Asks for drawings and reads what comes, event by event. */

import type { Handlers, Models, Settings } from "./settings.ts";

const keyName = "pathloom-key";

/** Asks for a key where the server wants one; it is kept as long as the tab is open. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const key = sessionStorage.getItem(keyName);
    const headers = new Headers(init.headers);
    if (key !== null) headers.set("authorization", `Bearer ${key}`);
    const answer = await fetch(path, { ...init, headers });
    if (answer.status !== 401) return answer;
    const given = window.prompt("This server asks for an API key.")?.trim();
    if (!given) return answer;
    sessionStorage.setItem(keyName, given);
  }
}

export async function listModels(): Promise<Models> {
  const answer = await ask("/v1/models");
  if (!answer.ok) throw new Error(await reasonOf(answer));
  return (await answer.json()) as Models;
}

/** @throws Error with what the server said */
export async function draw(settings: Settings, on: Handlers, signal: AbortSignal): Promise<void> {
  const answer = await ask("/v1/svg", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...settings, stream: true }),
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(await reasonOf(answer));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) take(block, on);
  }
}

function take(block: string, on: Handlers): void {
  const [, event] = /^event: (.*)$/m.exec(block) ?? [];
  const [, data] = /^data: (.*)$/m.exec(block) ?? [];
  if (event === undefined || data === undefined) return;
  const told = JSON.parse(data);
  if (event === "tokens") on.tokens(told.index, told.tokens);
  else if (event === "partial") on.partial(told.index, told.svg);
  else if (event === "drawing") on.drawing(told.index, told.svg, told.tokens);
  else if (event === "error") throw new Error(told.error.message);
}

async function reasonOf(answer: Response): Promise<string> {
  const wait = answer.headers.get("retry-after");
  try {
    const { error } = (await answer.json()) as { error: { message: string } };
    return error.message;
  } catch {
    return wait === null ? `the server answered ${answer.status}` : `come again in ${wait} seconds`;
  }
}
