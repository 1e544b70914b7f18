/** The packages of TensorFlow.js that are plain JavaScript, which every engine of it stands on. */
import { createRequire } from "node:module";

const portablePackages = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"] as const;

/** Why no engine of TensorFlow.js can be loaded, with the command that mends it; null when one can. */
export function whyNotPortable(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): string | null {
  const missing = portablePackages.filter((name) => {
    try {
      return resolve(name) === "";
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return null;
  const verb = missing.length === 1 ? "is" : "are";
  return `${missing.join(" and ")} ${verb} not installed; run: npm install ${missing.join(" ")}`;
}
