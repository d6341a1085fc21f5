// Reads the subset of C that llama.cpp's public headers use: defines, enums, structs, typedefs, prototypes and default initializers.

/** A field or parameter: its C type without the name, and the array length when it is an array. */
export interface CDeclaration {
  readonly name: string;
  readonly type: string;
  readonly length?: number;
}

export interface CFunction {
  readonly name: string;
  readonly result: string;
  readonly parameters: readonly CDeclaration[];
}

/** Integer constants by name: `#define`s and enumerators. */
export type Constants = Map<string, number>;

export function stripComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/[^\n]*/g, '');
}

const stripDirectives = (source: string): string => source.replace(/^[ \t]*#.*$/gm, '');

export function parseDefines(source: string, constants: Constants): void {
  for (const [, name, text] of stripComments(source).matchAll(
    /^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([-\d(][^\n]*)$/gm,
  )) {
    const value = evaluate(text ?? '', constants);
    if (name !== undefined && value !== undefined) constants.set(name, value);
  }
}

/** Integer or float expressions of literals, known names, `sizeof(int32_t)`, `*`, `/`, `+`, `-`, `<<`. */
export function evaluate(text: string, constants: Constants): number | undefined {
  const tokens = text
    .replace(/sizeof\s*\(\s*u?int32_t\s*\)/g, '4')
    .match(/0x[\da-fA-F]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?|\w+|<<|[-+*/()]/g);
  if (tokens === null) return undefined;
  let at = 0;
  const primary = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '-') return -primary();
    if (token === '(') {
      const inner = sum();
      at += 1;
      return inner;
    }
    if (!/^\d/.test(token)) return constants.get(token) ?? Number.NaN;
    // A suffix (8ull, 1.0f) is its own token: skip it.
    if (/^(?:u|l|ull|ul|ll|f)$/i.test(tokens[at] ?? '')) at += 1;
    return Number(token);
  };
  const product = (): number => {
    let value = primary();
    for (let op = tokens[at]; op === '*' || op === '/'; op = tokens[at]) {
      at += 1;
      const right = primary();
      value = op === '*' ? value * right : value / right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let op = tokens[at]; op === '+' || op === '-' || op === '<<'; op = tokens[at]) {
      at += 1;
      const right = product();
      value = op === '+' ? value + right : op === '-' ? value - right : value * 2 ** right;
    }
    return value;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

export function parseEnums(source: string, constants: Constants): Map<string, Map<string, number>> {
  const enums = new Map<string, Map<string, number>>();
  const code = stripDirectives(stripComments(source));
  for (const [, name, body] of code.matchAll(/enum\s+(\w+)\s*\{([^}]*)\}/g)) {
    const members = new Map<string, number>();
    let next = 0;
    for (const entry of (body ?? '').split(',')) {
      const [member, text] = entry.split('=').map((part) => part.trim());
      if (!member) continue;
      const value = text === undefined ? next : evaluate(text, constants);
      if (value === undefined) throw new Error(`enum ${name}: cannot evaluate ${entry.trim()}`);
      members.set(member, value);
      constants.set(member, value);
      next = value + 1;
    }
    if (name !== undefined) enums.set(name, members);
  }
  return enums;
}

/** typedef name -> what it stands for; function pointers stand for `void *`. */
export function parseTypedefs(source: string): Map<string, string> {
  const typedefs = new Map<string, string>();
  const code = stripDirectives(stripComments(source));
  for (const [, name] of code.matchAll(/typedef\s[^;{}()]*\(\s*\*\s*(\w+)\s*\)\s*\([^;{}]*\)\s*;/g)) {
    if (name !== undefined) typedefs.set(name, 'void *');
  }
  for (const [, type, name] of code.matchAll(/typedef\s+([^;{}()]*[\s*])(\w+)\s*;/g)) {
    if (type !== undefined && name !== undefined) typedefs.set(name, type.trim());
  }
  return typedefs;
}

/** The prototypes behind callback typedefs. */
export function parseCallbacks(source: string): Map<string, CFunction> {
  const callbacks = new Map<string, CFunction>();
  const code = stripDirectives(stripComments(source));
  for (const [, result, name, parameters] of code.matchAll(
    /typedef\s+([^;{}()]*?)\s*\(\s*\*\s*(\w+)\s*\)\s*\(([^;{}()]*)\)\s*;/g,
  )) {
    if (!name) continue;
    callbacks.set(name, { name, result: (result ?? '').trim(), parameters: parseParameters(parameters ?? '') });
  }
  return callbacks;
}

export function parseStruct(source: string, name: string, constants: Constants): readonly CDeclaration[] {
  const code = stripDirectives(stripComments(source));
  const body = new RegExp(`struct\\s+${name}\\s*\\{([^{}]*)\\}`).exec(code)?.[1];
  if (body === undefined) throw new Error(`struct ${name} is not in the headers, or holds nested types`);
  return body
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '')
    .map((field) => parseDeclaration(field, constants));
}

export function parseFunction(source: string, name: string): CFunction {
  const code = stripDirectives(stripComments(source));
  const match = new RegExp(
    `(?:LLAMA_API|GGML_API|GGML_BACKEND_API)\\s+([^;{}()]*?)\\b${name}\\s*\\(([^;{}()]*)\\)\\s*;`,
  ).exec(code);
  if (match === null) throw new Error(`function ${name} is not in the headers`);
  return { name, result: (match[1] ?? '').trim(), parameters: parseParameters(match[2] ?? '') };
}

function parseParameters(text: string): readonly CDeclaration[] {
  if (text.trim() === 'void' || text.trim() === '') return [];
  return text.split(',').map((parameter, index) => {
    const isUnnamed = /\*\s*$/.test(parameter) || /^\s*\w+\s*$/.test(parameter);
    return parseDeclaration(isUnnamed ? `${parameter.trim()} arg${index}` : parameter.trim(), new Map());
  });
}

function parseDeclaration(text: string, constants: Constants): CDeclaration {
  const match = /^([\s\S]*?)(\w+)\s*(?:\[([^\]]*)\])?$/.exec(text);
  const type = match?.[1]?.replace(/\s+/g, ' ').trim();
  const name = match?.[2];
  if (!type || name === undefined) throw new Error(`cannot read the declaration '${text}'`);
  if (match?.[3] === undefined) return { name, type };
  const length = evaluate(match[3], constants);
  if (length === undefined) throw new Error(`cannot evaluate the array length of '${text}'`);
  return { name, type, length };
}

/** The positional initializer `NAME result = { ... };` inside a function, as source text per position. */
export function parseInitializer(source: string, functionName: string): readonly string[] {
  const code = stripComments(source);
  const body = new RegExp(
    `\\b${functionName}\\s*\\(\\s*(?:void)?\\s*\\)\\s*\\{\\s*\\w+\\s+result\\s*=\\s*\\{([^}]*)\\}`,
  ).exec(code)?.[1];
  if (body === undefined) throw new Error(`${functionName}: no initializer found`);
  return body
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
