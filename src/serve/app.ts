/** The routes: each reads a body, waits for its turn, draws and answers. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { planChat } from "./api/chat.ts";
import { planCompletion } from "./api/completions.ts";
import type { ApiContext } from "./api/sequences.ts";
import { findModel } from "./api/sequences.ts";
import { planSvg, type SvgAnswer, svgEvents } from "./api/svg.ts";
import { StreamedAnswer, type TextAnswer, wholeAnswer } from "./api/text-answer.ts";
import { type DrawnSequence, drawAll } from "./draw-all.ts";
import type { DrawingService } from "./engine/drawing-service.ts";
import { ApiError, asApiError } from "./errors.ts";
import { EventStream } from "./event-stream.ts";
import { ClientGone, type Gate, type Ticket } from "./gate.ts";
import type { Metrics } from "./metrics.ts";
import { apiPage, openApi } from "./openapi.ts";
import { pageFiles } from "./page-files.ts";

export interface AppOptions extends ApiContext {
  readonly service: DrawingService;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly version: string;
  /** Whether `/metrics` asks for a key. */
  readonly guarded: boolean;
  /** Is told of errors that are the server's own. */
  readonly onError: (error: unknown) => void;
}

/** Nothing from elsewhere, no inline code: what the page shows cannot reach out. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function makeApp(options: AppOptions): FastifyInstance {
  const { serve, metrics } = options;
  const app = Fastify({
    bodyLimit: serve.maxBodyBytes,
    // A body that trickles in is given up.
    requestTimeout: 30_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
  });
  app.addHook("onRequest", async (_, reply) => {
    reply.header("x-content-type-options", "nosniff").header("referrer-policy", "no-referrer");
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    metrics.answered(route, reply.raw.statusCode, reply.elapsedTime / 1000);
  });
  endConnections(app);
  app.setErrorHandler((error, _, reply) => answerError(error, reply, options));
  app.setNotFoundHandler((request, reply) => {
    const what = `there is no ${request.method} ${request.url.split("?")[0]!.slice(0, 100)}`;
    answerError(new ApiError(404, "not_found_error", "not_found", what), reply, options);
  });
  addModels(app, options);
  addDrawing(app, options);
  addObserving(app, options);
  addPage(app, options);
  return app;
}

/**
 * Once the server closes, a connection ends with the answer that it waits for. The server would else
 * wait for clients that keep theirs open: 72 s, as Fastify lets them.
 */
function endConnections(app: FastifyInstance): void {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onResponse", async () => {
    // A connection is idle only after the hooks of its answer.
    if (closing) setImmediate(() => app.server.closeIdleConnections());
  });
}

function answerError(error: unknown, reply: FastifyReply, { onError }: AppOptions): void {
  if (error instanceof ClientGone) {
    reply.raw.destroy();
    return;
  }
  const told = asApiError(error);
  if (told.status === 500) onError(error);
  reply.status(told.status).headers(told.headers).type("application/json").send(told.body);
}

function addModels(app: FastifyInstance, options: AppOptions): void {
  const created = Math.floor(Date.now() / 1000);
  const listed = options.models.map(
    ({ id, contextLength, grid, tokenizer, base, vocabularySize, partial }) => ({
      id,
      object: "model",
      created,
      owned_by: "pathloom",
      pathloom: { contextLength, grid, tokenizer, base, vocabularySize, partial },
    }),
  );
  app.get("/v1/models", async (request) => {
    options.gate.identify(request);
    const { temperature, guidance, topP } = options.generate;
    const { maxChoices, maxCaption, rows } = options.serve;
    const defaults = { temperature, guidance, topP };
    return { object: "list", data: listed, pathloom: { defaults, maxChoices, maxCaption, rows } };
  });
  app.get<{ Params: { id: string } }>("/v1/models/:id", async (request) => {
    options.gate.identify(request);
    const { id } = findModel(options, request.params.id);
    return listed.find((each) => each.id === id);
  });
}

function addDrawing(app: FastifyInstance, options: AppOptions): void {
  const text = (plan: (body: unknown, context: ApiContext) => TextAnswer) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      options.gate.identify(request);
      const answer = plan(request.body, options);
      return draw(request, reply, options, answer.plan.rows, (ticket) =>
        answer.stream
          ? streamText(answer, reply, ticket, options)
          : drawn(answer, ticket, options).then((all) => wholeAnswer(answer, all)),
      );
    };
  };
  app.post("/v1/completions", text(planCompletion));
  app.post("/v1/chat/completions", text(planChat));
  app.post("/v1/svg", async (request, reply) => {
    options.gate.identify(request);
    const answer = planSvg(request.body, options);
    return draw(request, reply, options, answer.plan.rows, (ticket) =>
      answer.stream
        ? streamSvg(answer, reply, ticket, options)
        : wholeSvg(answer, reply, ticket, options),
    );
  });
}

/** From a request's turn to its end, however it ends. */
async function draw(
  request: FastifyRequest,
  reply: FastifyReply,
  options: AppOptions,
  rows: number,
  work: (ticket: Ticket) => Promise<unknown>,
): Promise<unknown> {
  try {
    const ticket = await options.gate.enter(request, reply, rows);
    options.metrics.waited(ticket.waited);
    try {
      return await work(ticket);
    } finally {
      ticket.leave();
    }
  } catch (error) {
    if (error instanceof ClientGone) options.metrics.cancelled();
    throw error;
  }
}

type Planned = Pick<TextAnswer, "plan" | "model">;

async function drawn(
  { plan, model }: Planned,
  { signal }: Ticket,
  { service, metrics }: AppOptions,
  onProgress?: Parameters<typeof drawAll>[3],
): Promise<DrawnSequence[]> {
  const all = await drawAll(service, plan.requests, signal, onProgress);
  for (const { end } of all) metrics.drew(model, end);
  return all;
}

async function streamText(
  answer: TextAnswer,
  reply: FastifyReply,
  ticket: Ticket,
  options: AppOptions,
): Promise<FastifyReply> {
  const events = new StreamedAnswer(answer);
  return stream(reply, options, async (sse) => {
    // Nothing is sent before something is drawn: a prompt that does not fit is a plain 400.
    let opened = false;
    const all = await drawn(answer, ticket, options, (index, progress) => {
      if (!opened) for (const event of events.opening()) sse.send(event);
      opened = true;
      for (const event of events.take(index, progress)) sse.send(event);
    });
    for (const event of events.ending(all)) sse.send(event);
    sse.send("[DONE]");
  });
}

async function streamSvg(
  answer: SvgAnswer,
  reply: FastifyReply,
  ticket: Ticket,
  options: AppOptions,
): Promise<FastifyReply> {
  return stream(reply, options, async (sse) => {
    const all = await drawn(answer, ticket, options, (index, progress) => {
      for (const { event, data } of svgEvents(index, progress)) sse.send(data, event);
    });
    const order = answer.choose(all).map((each) => all.indexOf(each));
    sse.send({ seed: answer.plan.seed, model: answer.model, order }, "done");
  });
}

/** Once a stream has begun, an error is its last event. */
async function stream(
  reply: FastifyReply,
  options: AppOptions,
  work: (sse: EventStream) => Promise<void>,
): Promise<FastifyReply> {
  const sse = new EventStream(reply);
  try {
    await work(sse);
    sse.end();
  } catch (error) {
    if (!sse.begun) throw error;
    if (error instanceof ClientGone) {
      options.metrics.cancelled();
      reply.raw.destroy();
      return reply;
    }
    const told = asApiError(error);
    if (told.status === 500) options.onError(error);
    sse.send(told.body, "error");
    sse.end();
  }
  return reply;
}

async function wholeSvg(
  answer: SvgAnswer,
  reply: FastifyReply,
  ticket: Ticket,
  options: AppOptions,
): Promise<string | Buffer | object> {
  const all = await drawn(answer, ticket, options);
  reply.header("x-pathloom-seed", answer.plan.seed);
  if (answer.format === "json") return answer.json(all);
  const [best] = answer.choose(all);
  const svg = best?.end.svg ?? "";
  if (answer.format === "png") {
    const png = await options.service.render(svg, answer.picture);
    reply.type("image/png");
    return Buffer.from(png);
  }
  reply
    .type("image/svg+xml; charset=utf-8")
    .header("content-security-policy", "default-src 'none'");
  return svg;
}

function addObserving(app: FastifyInstance, options: AppOptions): void {
  const { service, gate, metrics } = options;
  app.get("/healthz", async (_, reply) => {
    const { failure } = service;
    const status = failure !== null ? "failed" : gate.closing ? "closing" : "ok";
    reply.status(status === "ok" ? 200 : 503);
    const { waiting, rows } = gate.queue;
    return { status, engine: service.summary, sequences: service.open, waiting, rows };
  });
  app.get("/metrics", async (request, reply) => {
    if (options.guarded) gate.identify(request);
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  app.get("/openapi.json", async () => openApi(options.version));
}

function addPage(app: FastifyInstance, { serve }: AppOptions): void {
  const files = pageFiles();
  const send = (name: string) => async (_: FastifyRequest, reply: FastifyReply) => {
    const { type, content } = files.get(name)!;
    return reply
      .type(type)
      .header("content-security-policy", pagePolicy)
      .header("cache-control", "no-cache")
      .send(content);
  };
  if (!serve.page || files.size === 0) return;
  app.get("/", send("index.html"));
  for (const name of ["app.js", "style.css"]) app.get(`/${name}`, send(name));
  app.get("/docs", async (_, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", pagePolicy)
      .send(apiPage("/style.css")),
  );
}
