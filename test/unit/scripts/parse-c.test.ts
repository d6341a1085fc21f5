import { expect, test } from 'vitest';
import {
  evaluate,
  parseCallbacks,
  parseDefines,
  parseEnums,
  parseFunction,
  parseInitializer,
  parseStruct,
  parseTypedefs,
} from '../../../scripts/abi/parse-c.ts';

const HEADER = `
#define MAX_DIMS 4
#define MAX_OP_PARAMS 64 // bytes
#ifdef __cplusplus
extern "C" {
#endif
enum shape { SHAPE_NONE = -1, SHAPE_ROUND, /* SHAPE_OLD = 4, */ SHAPE_FLAT = 1 << 3, SHAPE_LONG, };
typedef struct ggml_thing * ggml_thing_t;
typedef int32_t llama_token;
typedef bool (*thing_callback)(struct ggml_thing * t, bool ask, void * user_data);
struct box {
    enum shape kind; // what it is
    int64_t ne[MAX_DIMS];
    int32_t op_params[MAX_OP_PARAMS / sizeof(int32_t)];
    const struct ggml_thing * inner;
};
LLAMA_API const char * llama_name(const struct ggml_thing * thing, llama_token token);
GGML_API void ggml_convert_row(const float *, void *, int64_t);
LLAMA_API struct box box_default(void);
`;

test.each([
  ['8ull*1024*1024', 8 * 1024 * 1024],
  ['-1.0f', -1],
  ['1 << 4', 16],
  ['(2 + 3) * 4', 20],
  ['0x10', 16],
  ['KNOWN / 2', 3],
  ['unknown', undefined],
  ['2 apples', undefined],
])('the C expression %s is %s', (text, value) => {
  expect(evaluate(text, new Map([['KNOWN', 6]]))).toBe(value);
});

test('enumerators count on from the value before, comments and trailing commas are nothing', () => {
  const members = parseEnums(HEADER, new Map()).get('shape');
  expect([...(members ?? [])]).toEqual([
    ['SHAPE_NONE', -1],
    ['SHAPE_ROUND', 0],
    ['SHAPE_FLAT', 8],
    ['SHAPE_LONG', 9],
  ]);
});

test('a struct gives its fields in order, with array lengths from defines', () => {
  const constants = new Map<string, number>();
  parseDefines(HEADER, constants);
  expect(parseStruct(HEADER, 'box', constants)).toEqual([
    { name: 'kind', type: 'enum shape' },
    { name: 'ne', type: 'int64_t', length: 4 },
    { name: 'op_params', type: 'int32_t', length: 16 },
    { name: 'inner', type: 'const struct ggml_thing *' },
  ]);
});

test('prototypes give result and parameters, also without names', () => {
  expect(parseFunction(HEADER, 'llama_name')).toEqual({
    name: 'llama_name',
    result: 'const char *',
    parameters: [
      { name: 'thing', type: 'const struct ggml_thing *' },
      { name: 'token', type: 'llama_token' },
    ],
  });
  expect(parseFunction(HEADER, 'ggml_convert_row').parameters.map(({ type }) => type)).toEqual([
    'const float *',
    'void *',
    'int64_t',
  ]);
  expect(parseFunction(HEADER, 'box_default')).toEqual({ name: 'box_default', result: 'struct box', parameters: [] });
});

test('typedefs and callbacks are known by name', () => {
  const typedefs = parseTypedefs(HEADER);
  expect(typedefs.get('llama_token')).toBe('int32_t');
  expect(typedefs.get('ggml_thing_t')).toBe('struct ggml_thing *');
  expect(typedefs.get('thing_callback')).toBe('void *');
  expect(parseCallbacks(HEADER).get('thing_callback')?.parameters).toHaveLength(3);
});

test('an initializer gives its values by position', () => {
  const source =
    'box box_default() {\n  box result = {\n    /*.kind =*/ SHAPE_FLAT,\n    /*.inner =*/ nullptr, // none\n  };\n  return result;\n}';
  expect(parseInitializer(source, 'box_default')).toEqual(['SHAPE_FLAT', 'nullptr']);
});

test('what is not in the headers is an error, not a guess', () => {
  expect(() => parseFunction(HEADER, 'llama_gone')).toThrow('llama_gone');
  expect(() => parseStruct(HEADER, 'crate', new Map())).toThrow('crate');
  expect(() => parseInitializer('', 'box_default')).toThrow('box_default');
});
