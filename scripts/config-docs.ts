/**
 * Writes docs/configuration.md, and the configuration's types with their comments, from its schema:
 * `npx tsx scripts/config-docs.ts`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configPage, configTypes } from "../src/config/index.ts";

const root = join(import.meta.dirname, "..");
writeFileSync(join(root, "docs", "configuration.md"), configPage());
writeFileSync(join(root, "src", "config", "config-types.ts"), configTypes());
