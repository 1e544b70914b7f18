/** The page that a server gives: drawings come from it. */
import { startPage } from "./drawing-page.ts";
import { draw, listModels } from "./events.ts";

startPage({ draw, listModels });
