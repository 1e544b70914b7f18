/** A server with OpenAI's interface that misbehaves as its prompts ask it to. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { iconImage, iconSource } from "../trace/images.ts";

const picture = Buffer.from(
  iconImage(iconSource("@tabler/icons/icons/filled/heart.svg"), "#fff"),
).toString("base64");
const detailed = Buffer.from(iconImage(iconSource("@twemoji/svg/1f408.svg"), "#fff")).toString(
  "base64",
);

export interface BadServer {
  readonly url: string;
  /** By path. */
  readonly requests: Record<string, number>;
  /** Bodies of the images asked for, and the keys that came with them. */
  readonly asked: Record<string, unknown>[];
  readonly keys: Set<string>;
  /** Most requests at once. */
  most: number;
  /** What goes wrong no longer does. */
  healed: boolean;
  /** Answers everything with this status. */
  refusing: number | null;
  close(): Promise<void>;
}

export async function startBadServer(): Promise<BadServer> {
  /** How often each body came. */
  const times = new Map<string, number>();
  let open = 0;
  const server = createServer(async (request, response) => {
    state.most = Math.max(state.most, ++open);
    response.on("close", () => open--);
    const path = request.url ?? "";
    state.requests[path] = (state.requests[path] ?? 0) + 1;
    state.keys.add(request.headers.authorization ?? "");
    const text = await bodyOf(request);
    times.set(text, (times.get(text) ?? 0) + 1);
    // What is under way at once shows only where it takes a while.
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (state.refusing !== null) return fail(response, state.refusing);
    if (path === "/plain.png") return response.end(Buffer.from(picture, "base64"));
    const body = JSON.parse(text) as Record<string, unknown>;
    const time = state.healed ? 99 : times.get(text)!;
    if (path === "/v1/chat/completions") return chat(body, response);
    state.asked.push(body);
    image(String(body.prompt), time, response, state.healed, state.url);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const state: BadServer = {
    url: `http://127.0.0.1:${port}/v1`,
    requests: {},
    asked: [],
    keys: new Set(),
    most: 0,
    healed: false,
    refusing: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function fail(response: ServerResponse, status: number): void {
  if (status === 429) response.setHeader("retry-after", "0");
  json(response, { error: { message: `no ${status}`, type: "bad" } }, status);
}

function chat(body: Record<string, unknown>, response: ServerResponse): void {
  const messages = body.messages as { content: string }[];
  const caption = messages.at(-1)?.content ?? "";
  const content = caption.includes("abstract")
    ? "NO"
    : caption.includes("chatty")
      ? "Well, that depends.\nLet me think about it."
      : `<${caption.replace("a photo of ", "")}>`;
  json(response, { choices: [{ message: { role: "assistant", content } }] });
}

function image(
  prompt: string,
  time: number,
  response: ServerResponse,
  healed: boolean,
  url: string,
): unknown {
  const says = (word: string) => prompt.includes(word);
  const good = (b64_json = picture) => json(response, { created: 1, data: [{ b64_json }] });
  if (says("forbidden")) return fail(response, 400);
  if (says("busy") && time <= 2) return fail(response, 429);
  if (says("shaky") && time <= 2) return fail(response, 500);
  if (says("broken") && !healed) return fail(response, 503);
  if (says("slow") && time === 1) return undefined;
  if (says("garbled") && time === 1) {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end('{"data": [');
  }
  if (says("truncated") && time === 1) {
    response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
    response.write('{"data": [{"b64_json": "iVBOR');
    return setTimeout(() => response.destroy(), 10);
  }
  if (says("other") && time === 1) return json(response, { images: [] });
  if (says("pictureless")) return good(Buffer.from("no image").toString("base64"));
  if (says("linked")) {
    return json(response, { data: [{ url: `${url.replace("/v1", "")}/plain.png` }] });
  }
  return good(says("detailed") ? detailed : picture);
}
