/** Server-sent events over a reply. */
import type { FastifyReply } from "fastify";

export class EventStream {
  readonly #reply: FastifyReply;
  #begun = false;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  /** Whether the status was sent: from then on an error is an event. */
  get begun(): boolean {
    return this.#begun;
  }

  /** @param event its name; a plain message unless given. */
  send(data: unknown, event?: string): void {
    this.#begin();
    const name = event === undefined ? "" : `event: ${event}\n`;
    this.#reply.raw.write(
      `${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`,
    );
  }

  end(): void {
    this.#begin();
    this.#reply.raw.end();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#reply.hijack();
    const headers = this.#reply.getHeaders() as Record<string, string>;
    this.#reply.raw.writeHead(200, {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      // Proxies that gather answers would hold back the drawing.
      "x-accel-buffering": "no",
    });
  }
}
