/** Writes docs/configuration.md from the configuration's schema: `npx tsx scripts/config-docs.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configPage } from "../src/config/index.ts";

writeFileSync(join(import.meta.dirname, "..", "docs", "configuration.md"), configPage());
