/** What the server can do, as OpenAPI 3.1 and as a page, both from the schemas that read the bodies. */
import { z } from "zod";
import { escapeMarkup } from "../report/index.ts";
import { chatBody } from "./api/chat.ts";
import { completionBody } from "./api/completions.ts";
import { svgBody } from "./api/svg.ts";

interface Route {
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answers: string;
}

const routes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/svg",
    summary: "Draw a caption as SVG, PNG or JSON.",
    body: svgBody,
    answers: "image/svg+xml, image/png, application/json; with stream: text/event-stream",
  },
  {
    method: "post",
    path: "/v1/completions",
    body: completionBody,
    summary: "Draw captions, as OpenAI's completions.",
    answers: "application/json; with stream: text/event-stream",
  },
  {
    method: "post",
    path: "/v1/chat/completions",
    body: chatBody,
    summary: "Draw the user's last message, as OpenAI's chat completions.",
    answers: "application/json; with stream: text/event-stream",
  },
  {
    method: "get",
    path: "/v1/models",
    summary: "The models that are served.",
    answers: "application/json",
  },
  {
    method: "get",
    path: "/healthz",
    summary: "Whether the server can draw.",
    answers: "application/json",
  },
  {
    method: "get",
    path: "/metrics",
    summary: "Counters for Prometheus.",
    answers: "text/plain",
  },
];

/** A type, so that it may stand where JSON is asked for. */
type Property = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly description?: string;
};

function jsonSchema(body: z.ZodType) {
  return z.toJSONSchema(body, { io: "input", unrepresentable: "any" }) as {
    readonly properties?: Readonly<Record<string, Property>>;
    readonly required?: readonly string[];
  };
}

/** OpenAPI's document. */
export function openApi(version: string): object {
  const security = [{ bearer: [] }, {}];
  const paths = Object.fromEntries(
    routes.map(({ method, path, summary, body, answers }) => {
      const content = Object.fromEntries(
        answers.match(/[a-z]+\/[a-z+-]+/g)!.map((type) => [type, { schema: {} }]),
      );
      const requestBody =
        body === undefined
          ? {}
          : {
              requestBody: {
                required: true,
                content: { "application/json": { schema: jsonSchema(body) } },
              },
            };
      const error = { $ref: "#/components/responses/error" };
      const responses = { 200: { description: "Done.", content }, default: error };
      return [path, { [method]: { summary, security, ...requestBody, responses } }];
    }),
  );
  return {
    openapi: "3.1.0",
    info: { title: "Pathloom", version, description: "Draws captions as SVG." },
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: {
        error: {
          description: "What went wrong, in OpenAI's form.",
          content: { "application/json": { schema: z.toJSONSchema(errorBody) } },
        },
      },
    },
  };
}

const errorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});

function typeOf(property: Property): string {
  if (property.anyOf) {
    return [...new Set(property.anyOf.map(typeOf).filter((type) => type !== "null"))].join(" or ");
  }
  if (property.enum) return property.enum.join(", ");
  if (property.const !== undefined) return JSON.stringify(property.const);
  if (property.type === "array") return `list of ${typeOf(property.items ?? {})}`;
  return property.type ?? "";
}

/** The same for people: a page without scripts. */
export function apiPage(style: string): string {
  const sections = routes.map(({ method, path, summary, body, answers }) => {
    const head = `<h2><b>${method.toUpperCase()}</b> ${path}</h2><p>${summary} Answers ${answers}.</p>`;
    if (body === undefined) return head;
    const { properties = {}, required = [] } = jsonSchema(body);
    const rows = Object.entries(properties).map(([name, property]) => {
      const says = property.description ?? property.anyOf?.find((p) => p.description)?.description;
      const cells = [
        `<code>${name}</code>${required.includes(name) ? " *" : ""}`,
        escapeMarkup(typeOf(property)),
        escapeMarkup(says ?? ""),
      ];
      return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    });
    return `${head}<div class="table"><table>${rows.join("")}</table></div>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Pathloom</title><link rel="stylesheet" href="${style}"></head>
<body class="api"><main>
<p><a href="/">Pathloom</a></p>
<h1>API</h1>
<p>Bodies are JSON; a field with * must be given. The same for machines: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join("\n")}
</main></body>
</html>
`;
}
