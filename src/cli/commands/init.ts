/** `pathloom init`. */
import { basename, relative } from "node:path";
import { Command } from "commander";
import { defaultRecipe, type Override } from "../../config/index.ts";
import { initProject } from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";

interface InitFlags {
  readonly recipe: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom init
      Writes quickstart.yaml, a recipe with a comment on each choice, and .gitignore into this folder.
  $ pathloom init emoji --recipe emoji --data.source ./my-drawings
      The same into the folder emoji, for coloured drawings of your own; \`pathloom recipes\` lists all.

Nothing that is there already is written over.`;

export function initCommand(overrides: readonly Override[]): Command {
  return new Command("init")
    .argument("[folder]", "a new folder, or one that is there", ".")
    .option("--recipe <name>", "which recipe to begin with", defaultRecipe)
    .option("--section.key <value>", "write a key of the recipe otherwise, as --train.steps 500")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action((folder: string, flags: InitFlags) => {
      const made = initProject({ folder, recipe: flags.recipe, overrides });
      if (flags.json) return say(JSON.stringify(made));
      for (const file of made.written) say(`wrote ${file}`);
      if (made.notIgnored.length > 0) {
        tell(`note: .gitignore is left as it is; add to it: ${made.notIgnored.join(" ")}`);
      }
      const steps = [
        ...(relative(folder, ".") === "" ? [] : [`cd ${folder}`]),
        ...(made.missingPackages.length === 0
          ? []
          : [`npm install ${made.missingPackages.join(" ")}`]),
        `npx pathloom train --config ${basename(made.recipe)}`,
      ];
      say(["", "next:", ...steps.map((step) => `  ${step}`)].join("\n"));
    });
}
