// Text <-> tokens through the model's own vocabulary.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { NativeFunctions } from './abi.generated.ts';

export interface TokenizeOptions {
  /** Add the special tokens that the model wants around a text (BOS, EOS). Default true. */
  readonly addSpecial?: boolean;
  /** Read `<|...|>` in the text as control tokens. Default false. */
  readonly parseSpecial?: boolean;
}

export class Vocabulary {
  readonly size: number;
  readonly addsBos: boolean;
  readonly addsEos: boolean;
  /** -1 where the model has none, as for the two below. */
  readonly bosToken: number;
  readonly eosToken: number;
  readonly eotToken: number;
  readonly #f: NativeFunctions;
  readonly #vocabulary: bigint;
  readonly #pieces = new Map<number, Uint8Array>();

  constructor(f: NativeFunctions, vocabulary: bigint) {
    this.#f = f;
    this.#vocabulary = vocabulary;
    this.size = f.llama_vocab_n_tokens(vocabulary);
    this.addsBos = f.llama_vocab_get_add_bos(vocabulary);
    this.addsEos = f.llama_vocab_get_add_eos(vocabulary);
    this.bosToken = f.llama_vocab_bos(vocabulary);
    this.eosToken = f.llama_vocab_eos(vocabulary);
    this.eotToken = f.llama_vocab_eot(vocabulary);
  }

  tokenize(text: string, options: TokenizeOptions = {}): Int32Array {
    const { addSpecial = true, parseSpecial = false } = options;
    // The text goes as bytes with a length, so that a NUL in it does not end it.
    const bytes = new TextEncoder().encode(text);
    let tokens = new Int32Array(bytes.length + 8);
    let count = this.#tokenizeInto(bytes, tokens, addSpecial, parseSpecial);
    if (count < 0) {
      tokens = new Int32Array(-count);
      count = this.#tokenizeInto(bytes, tokens, addSpecial, parseSpecial);
    }
    if (count < 0)
      throw new WorkbenchError('NATIVE_FAILED', 'The text could not be turned into tokens.', {
        textBytes: bytes.length,
      });
    return tokens.slice(0, count);
  }

  #tokenizeInto(bytes: Uint8Array, tokens: Int32Array, addSpecial: boolean, parseSpecial: boolean): number {
    return this.#f.llama_tokenize(
      this.#vocabulary,
      bytes,
      bytes.length,
      tokens,
      tokens.length,
      addSpecial,
      parseSpecial,
    );
  }

  /** Text of a run of tokens; `special` spells control tokens out instead of leaving them away. */
  detokenize(tokens: ArrayLike<number>, { special = false } = {}): string {
    const list = Int32Array.from(tokens);
    let text = new Uint8Array(list.length * 8 + 32);
    let length = this.#f.llama_detokenize(this.#vocabulary, list, list.length, text, text.length, false, special);
    if (length < 0) {
      text = new Uint8Array(-length);
      length = this.#f.llama_detokenize(this.#vocabulary, list, list.length, text, text.length, false, special);
    }
    return new TextDecoder().decode(text.subarray(0, Math.max(0, length)));
  }

  /** Bytes of one token as it stands in a running text (leading space kept); half a character is possible. */
  piece(token: number): Uint8Array {
    let piece = this.#pieces.get(token);
    if (piece === undefined) {
      let bytes = new Uint8Array(64);
      let length = this.#f.llama_token_to_piece(this.#vocabulary, token, bytes, bytes.length, 0, false);
      if (length < 0) {
        bytes = new Uint8Array(-length);
        length = this.#f.llama_token_to_piece(this.#vocabulary, token, bytes, bytes.length, 0, false);
      }
      piece = bytes.slice(0, Math.max(0, length));
      this.#pieces.set(token, piece);
    }
    return piece;
  }

  isEndOfGeneration(token: number): boolean {
    return this.#f.llama_vocab_is_eog(this.#vocabulary, token);
  }

  isControl(token: number): boolean {
    return this.#f.llama_vocab_is_control(this.#vocabulary, token);
  }
}
