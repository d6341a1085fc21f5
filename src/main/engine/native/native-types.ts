// Types of values that cross into native code through koffi 3: pointers are bigints, structs are plain objects.

/** An address; koffi answers null for a null pointer. */
export type NativePointer = bigint | null;

/** What a `void *` parameter takes. A view is passed by its address, without a copy, and must stay referenced while native code uses it. */
export type PointerArgument = bigint | null | NodeJS.ArrayBufferView | StructValue;

/** A struct by value or by pointer: field name -> value. */
export interface StructValue {
  readonly [field: string]: number | bigint | boolean | null | readonly number[];
}

/** What a `const char *` parameter takes: text, or bytes where the function also takes their number. */
export type TextArgument = string | null | NodeJS.ArrayBufferView;
