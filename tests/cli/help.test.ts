/** Help that teaches by example, for every command. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom } from "./pathloom.ts";

test("each command's help shows how it is used", async () => {
  const { stdout } = await pathloom(["--help"]);
  const [, listed = ""] = stdout.split("Commands:\n");
  const [section = ""] = listed.split("\n\n");
  const commands = [...section.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!);
  assert.ok(commands.length >= 9, stdout);
  const helps = commands.filter((name) => name !== "help");
  const ended = await Promise.all(helps.map((command) => pathloom([command, "--help"])));
  for (const [i, { code, stdout }] of ended.entries()) {
    assert.is(code, 0);
    assert.match(stdout, new RegExp(`Examples:\n {2}\\$ pathloom ${helps[i]}`));
  }
});

test.run();
