/** What objects hold, private fields and all: as the inspector sees them. */
import { type Runtime, Session } from "node:inspector";

const session = new Session();
session.connect();

/** @param apart names of fields that are left out: what the object shares with others. */
export function insidesOf(value: object, apart: readonly string[]): unknown {
  Reflect.set(globalThis, "insides", value);
  const { result } = ask<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression: "insides" });
  return read(result, new Set([...apart, "__proto__"]));
}

function read(remote: Runtime.RemoteObject, apart: ReadonlySet<string>): unknown {
  const { objectId } = remote;
  if (remote.type === "function") return "a function";
  if (objectId === undefined) return remote.unserializableValue ?? remote.value ?? remote.type;
  if (remote.subtype === "typedarray") {
    const functionDeclaration = "function () { return Array.from(this).join(); }";
    const { result } = ask<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration,
    });
    return result.value;
  }
  const properties = ask<Runtime.GetPropertiesReturnType & { privateProperties?: Field[] }>(
    "Runtime.getProperties",
    { objectId, ownProperties: true },
  );
  const fields: Field[] = [...properties.result, ...(properties.privateProperties ?? [])];
  return Object.fromEntries(
    fields
      .filter(({ name, value }) => value !== undefined && !apart.has(name))
      .map(({ name, value }) => [name, read(value!, apart)]),
  );
}

interface Field {
  readonly name: string;
  readonly value?: Runtime.RemoteObject | undefined;
}

/** The session answers its own thread at once. */
function ask<Answer>(method: string, parameters: object): Answer {
  let answer: unknown;
  session.post(method, parameters, (error, result) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer as Answer;
}
