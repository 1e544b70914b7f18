/** The lines of Python that load what was exported, as people would paste them. */

/** `hf`: a whole model in the Hugging Face layout. `peft`: an adapter in PEFT's. */
export type ExportFormat = "hf" | "peft";

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
}

/** For transformers, and PEFT where an adapter was written. */
export function pythonLines(files: ExportedFiles): string[] {
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
