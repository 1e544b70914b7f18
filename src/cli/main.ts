#!/usr/bin/env node
/** The program `pathloom`. */
import { main } from "./program.ts";

// A reader that closes early, as `head` does, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

await main(process.argv.slice(2));
