/** `pathloom recipes`. */
import { Command } from "commander";
import { packagedRecipes } from "../../config/index.ts";
import { columns, say } from "../terminal.ts";

const examples = `
Examples:
  $ pathloom recipes
      Each recipe that comes with Pathloom, by the name that --config takes.
  $ pathloom recipes --json
      A JSON list of {name, file, about}.
  $ pathloom init --recipe emoji
      A copy of one, to change.`;

export function recipesCommand(): Command {
  return new Command("recipes")
    .option("--json", "print one JSON list for machines")
    .addHelpText("after", examples)
    .action(({ json }: { readonly json?: true }) => {
      const recipes = packagedRecipes();
      if (json) return say(JSON.stringify(recipes));
      say(columns(recipes.map(({ name, about }) => [name, about] as const)));
    });
}
