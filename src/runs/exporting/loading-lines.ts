/** The lines of a program that load what was exported, as people would paste them. */

/**
 * `hf`: a whole model in the Hugging Face layout. `peft`: an adapter in PEFT's. `onnx`: a whole model for
 * transformers.js and ONNX Runtime. `gguf`: one file for llama.cpp.
 * `demo`: a page that draws in the browser, for any static server.
 */
export const exportFormats = ["hf", "peft", "onnx", "gguf", "demo"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedFiles {
  readonly to: string;
  readonly format: ExportFormat;
  /** The model under an adapter; null where it is not known. */
  readonly base: string | null;
  /** Rows of the token tables: of what was written, and of the model under an adapter. */
  readonly vocabularySize: number;
  readonly baseVocabularySize: number;
  /** Whether a tokenizer.json was written beside. */
  readonly tokenizer: boolean;
  /** What a caption looks like to the model, with its special tokens. */
  readonly prompt?: string | undefined;
}

/** For the program that the format is for. */
export function loadingLines(files: ExportedFiles): {
  readonly language: string;
  readonly lines: string[];
} {
  if (files.format === "onnx") return { language: "JavaScript", lines: transformersJs(files) };
  if (files.format === "gguf") return { language: "a shell", lines: llamaCpp(files) };
  if (files.format === "demo") {
    return { language: "a shell", lines: [`python3 -m http.server -d ${quoted(files.to)}`] };
  }
  return { language: "Python", lines: pythonLines(files) };
}

function transformersJs({ to, tokenizer }: ExportedFiles): string[] {
  const folder = JSON.stringify(to);
  const names = ["AutoModelForCausalLM", ...(tokenizer ? ["AutoTokenizer"] : []), "env"];
  return [
    `import { ${names.join(", ")} } from "@huggingface/transformers";`,
    'env.localModelPath = "";  // a folder, no id of the Hub',
    `const model = await AutoModelForCausalLM.from_pretrained(${folder}, { dtype: "fp32" });  // "fp16", "q8", "q4"`,
    ...(tokenizer ? [`const tokenizer = await AutoTokenizer.from_pretrained(${folder});`] : []),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function llamaCpp({ to, prompt }: ExportedFiles): string[] {
  return [`llama-cli -m ${quoted(to)} -no-cnv --temp 0 -p ${quoted(prompt ?? "a text")}`];
}

/** For transformers, and PEFT where an adapter was written. */
function pythonLines(files: ExportedFiles): string[] {
  const { to, format, base, vocabularySize, baseVocabularySize } = files;
  const folder = JSON.stringify(to);
  const names = ["AutoModelForCausalLM", ...(files.tokenizer ? ["AutoTokenizer"] : [])];
  const tokenizer = files.tokenizer ? [`tokenizer = AutoTokenizer.from_pretrained(${folder})`] : [];
  const load = (source: string) => `model = AutoModelForCausalLM.from_pretrained(${source})`;
  if (format === "hf") {
    return [`from transformers import ${names.join(", ")}`, load(folder), ...tokenizer];
  }
  // PEFT takes rows of tables as they are: without room for the new ones it ends in an IndexError.
  const grown = vocabularySize > baseVocabularySize;
  return [
    `from peft import PeftModel; from transformers import ${names.join(", ")}`,
    load(JSON.stringify(base ?? "the model under it")),
    ...(grown
      ? [
          `model.resize_token_embeddings(${vocabularySize}, mean_resizing=False)  # room for new tokens`,
        ]
      : []),
    `model = PeftModel.from_pretrained(model, ${folder})`,
    ...tokenizer,
  ];
}
