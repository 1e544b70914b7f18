/** Writes the table of model types into docs/models.md: `node --import tsx scripts/model-types.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelTypesTable, withTable } from "./model-types/table.ts";

const path = join(import.meta.dirname, "../docs/models.md");
writeFileSync(path, withTable(readFileSync(path, "utf8"), modelTypesTable()));
