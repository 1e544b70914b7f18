/** How `pathloom serve` listens, and what it lets a request ask for. */
import { z } from "zod";

export const serveSection = z
  .strictObject({
    host: z.string().min(1).default("127.0.0.1").meta({
      description:
        "The address to listen on; `0.0.0.0` lets other machines in, for which keys should be set.",
    }),
    port: z.number().int().min(0).max(65_535).default(8080).meta({
      description: "0 takes any that is free.",
    }),
    apiKeysFile: z.string().min(1).nullable().default(null).meta({
      description:
        "A file with one key a line, of which each request must bear one. The variable `PATHLOOM_API_KEYS` adds more, separated by commas. Without any, everyone may draw.",
    }),
    page: z.boolean().default(true).meta({ description: "Serve the web page at `/`." }),
    rows: z.number().int().min(1).max(1024).default(32).meta({
      description:
        "Sequences that are continued at once. A guided drawing takes two, and so does each of several candidates.",
      unit: "rows",
    }),
    cacheTokens: z.number().int().min(256).nullable().default(null).meta({
      description:
        "Tokens whose keys and values are held at once, of all models: of sequences that are being drawn, with the room that they have to grow, and of earlier prompts. Where there are no more, requests wait; what it held already, a sequence may have to read again. `null` holds `2 (serve.rows + 1)` sequences of full length, so that all rows find room on the way from one size to the next, and 64 MiB of earlier prompts.",
      unit: "tokens",
    }),
    maxCaption: z.number().int().min(1).max(1_000_000).default(2000).meta({
      description: "Longest caption.",
      unit: "characters",
    }),
    maxTokens: z.number().int().min(8).nullable().default(null).meta({
      description: "Longest drawing; `null` takes what the context leaves after the caption.",
      unit: "tokens",
    }),
    maxChoices: z.number().int().min(1).max(1024).default(16).meta({
      description: "Drawings that one request may have made: captions times `n` or candidates.",
      unit: "drawings",
    }),
    maxSeconds: z.number().gt(0).max(86_400).default(120).meta({
      description: "Longest time of a request, waiting included; then it ends by an error.",
      unit: "seconds",
    }),
    maxQueued: z.number().int().min(0).max(100_000).default(256).meta({
      description: "Requests that may wait; the next ones are answered 429 with `Retry-After`.",
      unit: "requests",
    }),
    maxQueuedPerClient: z.number().int().min(0).max(100_000).default(64).meta({
      description: "Of these, how many of one key, or without keys of one address.",
      unit: "requests",
    }),
    maxBodyBytes: z.number().int().min(256).max(67_108_864).default(262_144).meta({
      description: "Largest body of a request.",
      unit: "bytes",
    }),
    shutdownSeconds: z.number().min(0).max(86_400).default(60).meta({
      description:
        "How long what was accepted may take after SIGTERM; what is not done then ends by an error.",
      unit: "seconds",
    }),
  })
  .prefault({})
  .meta({ description: "How `pathloom serve` listens, and what a request may ask for." });
