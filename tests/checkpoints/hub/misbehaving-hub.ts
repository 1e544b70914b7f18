/**
 * A server that speaks the Hub's protocol, as far as models are concerned, and misbehaves on request:
 * the interface (`/api/models/…`), `resolve`, and a second host that large files are redirected to.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What one answer for a file does. */
export type Fault =
  /** Closes the connection after so many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Record<string, string> }
  /** Says 200 and sends all, whatever part was asked for. */
  | { readonly kind: "ignore-range" }
  | { readonly kind: "other-content"; readonly bytes: Uint8Array }
  /** All of it, then more, without a length. */
  | { readonly kind: "too-long" }
  /** Ends properly, without a length, after so many bytes. */
  | { readonly kind: "too-short"; readonly after: number }
  /** Another part than was asked for. */
  | { readonly kind: "wrong-range" }
  /** One byte every so many milliseconds. */
  | { readonly kind: "drip"; readonly milliseconds: number }
  /** Never answers. */
  | { readonly kind: "silent" }
  | { readonly kind: "redirect"; readonly to: string };

export interface Request {
  readonly host: "hub" | "files";
  readonly path: string;
  readonly range: string | null;
  readonly token: string | null;
}

export interface RepositoryOptions {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Known by SHA-256 and kept on the other host. */
  readonly large?: readonly string[];
  readonly commit?: string;
  /** Changes what the listing says. */
  readonly listed?: (entry: ListedEntry) => unknown;
  /** Files on a page of the listing; all unless given. */
  readonly pageSize?: number;
  /** For every request about it. */
  readonly refusal?: { readonly status: number; readonly code: string };
}

export interface ListedEntry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly oid: string;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

export const commit = "0123456789abcdef0123456789abcdef01234567";

export class MisbehavingHub {
  readonly requests: Request[] = [];
  /** Taken one an answer, by file. */
  readonly faults = new Map<string, Fault[]>();
  /** The same for the interface. */
  readonly interfaceFaults: Fault[] = [];
  readonly #repositories = new Map<string, RepositoryOptions>();
  readonly #hub: Server;
  readonly #files: Server;

  private constructor() {
    this.#hub = createServer((request, response) => this.#answer("hub", request, response));
    this.#files = createServer((request, response) => this.#answer("files", request, response));
  }

  static async start(): Promise<MisbehavingHub> {
    const hub = new MisbehavingHub();
    for (const server of [hub.#hub, hub.#files]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return hub;
  }

  stop(): void {
    for (const server of [this.#hub, this.#files]) {
      server.closeAllConnections();
      server.close();
    }
  }

  get endpoint(): string {
    return addressOf(this.#hub);
  }

  get otherHost(): string {
    return addressOf(this.#files);
  }

  add(id: string, options: RepositoryOptions): void {
    this.#repositories.set(id, options);
  }

  /** Requests for a file, on whichever host. */
  requestsFor(file: string): Request[] {
    return this.requests.filter(({ path }) => path.endsWith(`/${file}`));
  }

  #answer(host: Request["host"], request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url!, "http://hub");
    const path = decodeURIComponent(pathname);
    this.requests.push({
      host,
      path,
      range: request.headers.range ?? null,
      token: request.headers.authorization ?? null,
    });
    const [, id, rest] =
      /^\/(?:api\/models\/|(?:api\/)?datasets\/)?(.+?)\/(revision|tree|resolve)\//.exec(path) ?? [];
    const repository = this.#repositories.get(id ?? "");
    if (repository === undefined) {
      refuse(response, 404, "RepoNotFound");
      return;
    }
    const { refusal } = repository;
    if (refusal !== undefined) {
      refuse(response, refusal.status, refusal.code);
      return;
    }
    if (rest === "resolve") {
      this.#resolve(host, id!, repository, request, response, path);
      return;
    }
    const fault = this.interfaceFaults.shift();
    if (fault !== undefined) {
      misbehave(fault, request, response, new Uint8Array());
      return;
    }
    if (rest === "revision") {
      reveal(path, repository, response);
      return;
    }
    list(repository, request, response, this.endpoint);
  }

  #resolve(
    host: Request["host"],
    id: string,
    repository: RepositoryOptions,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): void {
    const name = path.slice(path.indexOf("/resolve/") + "/resolve/".length + commit.length + 1);
    const content = repository.files[name];
    if (content === undefined) {
      refuse(response, 404, "EntryNotFound");
      return;
    }
    if (host === "hub" && repository.large?.includes(name)) {
      const location = `${this.otherHost}/${id}/resolve/${commit}/${name}`;
      response.writeHead(302, { location, "x-linked-etag": sha256(bytesOf(content)) }).end();
      return;
    }
    const fault = this.faults.get(name)?.shift();
    if (fault !== undefined) {
      misbehave(fault, request, response, bytesOf(content));
      return;
    }
    send(request, response, bytesOf(content));
  }
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "x-error-code": code, "content-type": "application/json" });
  response.end(JSON.stringify({ error: code }));
}

function reveal(path: string, repository: RepositoryOptions, response: ServerResponse): void {
  const sha = repository.commit ?? commit;
  const revision = path.slice(path.indexOf("/revision/") + "/revision/".length);
  if (!["main", "v1", "refs/pr/1", sha].includes(revision)) {
    refuse(response, 404, "RevisionNotFound");
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ _id: "1", id: "x", sha, lastModified: "2026-01-01T00:00:00Z" }));
}

function list(
  repository: RepositoryOptions,
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: string,
): void {
  const { listed = (entry: ListedEntry) => entry } = repository;
  const entries = Object.entries(repository.files).map(([path, content]) => {
    const bytes = bytesOf(content);
    const plain = { type: "file", path, size: bytes.length, oid: gitSha1(bytes) };
    const isLarge = repository.large?.includes(path) ?? false;
    const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 130 };
    return listed(isLarge ? { ...plain, lfs } : plain);
  });
  const { pageSize = entries.length } = repository;
  const url = new URL(request.url!, endpoint);
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const end = start + pageSize;
  url.searchParams.set("cursor", String(end));
  const link = end < entries.length ? { link: `<${url.href}>; rel="next"` } : {};
  response.writeHead(200, { "content-type": "application/json", ...link });
  response.end(JSON.stringify(entries.slice(start, end)));
}

/** The honest head of an answer from `start` on. */
function head(response: ServerResponse, bytes: Uint8Array, start: number): ServerResponse {
  if (start === 0) return response.writeHead(200, { "content-length": bytes.length });
  return response.writeHead(206, {
    "content-length": bytes.length - start,
    "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
  });
}

function send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const start = startAsked(request);
  if (start > 0 && start >= bytes.length) response.writeHead(416).end();
  else head(response, bytes, start).end(bytes.subarray(start));
}

function startAsked(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
}

function misbehave(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
): void {
  const start = startAsked(request);
  const rest = bytes.subarray(start);
  switch (fault.kind) {
    case "status":
      response.writeHead(fault.status, fault.headers).end();
      return;
    case "cut":
      head(response, bytes, start).write(rest.subarray(0, fault.after), () => response.destroy());
      return;
    case "ignore-range":
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
      return;
    case "other-content":
      response.writeHead(200, { "content-length": fault.bytes.length }).end(fault.bytes);
      return;
    case "too-long":
      response.writeHead(200);
      response.write(bytes);
      response.end(bytes);
      return;
    case "too-short":
      response.writeHead(200);
      response.end(bytes.subarray(0, fault.after));
      return;
    case "wrong-range":
      response.writeHead(206, {
        "content-range": `bytes ${start + 1}-${bytes.length - 1}/${bytes.length}`,
      });
      response.end(rest.subarray(1));
      return;
    case "drip":
      drip(head(response, bytes, start), rest, fault.milliseconds);
      return;
    case "redirect":
      response.writeHead(302, { location: fault.to }).end();
      return;
    case "silent":
  }
}

function drip(response: ServerResponse, bytes: Uint8Array, milliseconds: number): void {
  let sent = 0;
  const timer = setInterval(() => response.write(bytes.subarray(sent, ++sent)), milliseconds);
  response.on("close", () => clearInterval(timer));
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

export const gitSha1 = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
