/** Help that teaches by example, for every command; and the list of commands, which loads none of them. */
import { Help } from "commander";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { commands, nameOf } from "../../src/cli/commands.ts";
import { pathloomProcess } from "./pathloom.ts";

test("each command's help shows how it is used, and the list says what it takes", async () => {
  for (const listed of commands) {
    const command = await listed.load([]);
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    const name = nameOf(listed);
    assert.is(command.name(), name);
    assert.match(help, new RegExp(`Examples:\n {2}\\$ pathloom ${name}`));
    assert.is(new Help().subcommandTerm(command), listed.usage);
  }
});

test("the program lists its commands, and shows the help of one", async () => {
  const [whole, one] = [
    await pathloomProcess(["--help"]),
    await pathloomProcess(["help", "recipes"]),
  ];
  assert.equal([whole.code, one.code], [0, 0]);
  for (const { usage, says } of commands) {
    assert.match(whole.stdout.replace(/ {2,}/g, "  "), `\n  ${usage}  ${says}\n`);
  }
  assert.match(one.stdout, /^Usage: pathloom recipes \[options\]\n\nlist the recipes/);
});

test.run();
