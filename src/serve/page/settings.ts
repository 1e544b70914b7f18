/** What the page asks for, and what it is told. */

export interface Token {
  readonly text: string;
  readonly element: number | null;
}

export interface Settings {
  readonly prompt: string;
  readonly model: string;
  readonly seed: number;
  readonly n: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly guidance: number;
}

export interface Handlers {
  readonly tokens: (index: number, tokens: readonly Token[]) => void;
  readonly partial: (index: number, svg: string) => void;
  readonly drawing: (index: number, svg: string, tokens: number) => void;
}

export interface Models {
  readonly data: readonly { readonly id: string }[];
  readonly pathloom: {
    readonly defaults: {
      readonly temperature: number;
      readonly guidance: number;
      readonly topP: number;
    };
    readonly maxChoices: number;
  };
}
