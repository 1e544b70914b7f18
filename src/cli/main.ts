#!/usr/bin/env node
/** The program `pathloom`: what is told where even the program itself cannot be loaded or heard. */

/** What went wrong with a stream or with loading, in one line. */
function complain(what: string, error: unknown): void {
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  const [line] = message.split("\n");
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: "no space left on the disk; free some, or write elsewhere (ENOSPC)",
    EDQUOT: "the disk quota is used up; free some space, or write elsewhere (EDQUOT)",
    EMFILE: "too many files are open; raise the limit: ulimit -n 1024 (EMFILE)",
    ENFILE: "the system has too many files open; close other programs (ENFILE)",
  };
  process.stderr.write(`pathloom: ${what}: ${advice[code ?? ""] ?? line}\n`);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that closes early, as `head` does, is no failure.
  if (error.code === "EPIPE") process.exit(0);
  complain("standard output", error);
  process.exit(1);
});
// Where nobody hears what is told, there is nobody to be told of that either.
process.stderr.on("error", () => {});

try {
  const { main } = await import("./program.ts");
  await main(process.argv.slice(2));
} catch (error) {
  complain("the program cannot be loaded", error);
  process.exitCode = 1;
}
