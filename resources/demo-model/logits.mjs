// Token ids and logits of a text through llama.cpp, for check_export.py: node logits.mjs FILE.gguf OUT.json OUT.f32 < text
import { readFileSync, writeFileSync } from 'node:fs';
import { ModelSession } from '../../src/main/engine/native/model-session.ts';

const [modelPath, idsPath, logitsPath] = process.argv.slice(2);
const session = ModelSession.open({ modelPath, contextSize: 1024, gpu: 'none', threads: 1 });
const tokens = session.tokenize(readFileSync(0, 'utf8'), { parseSpecial: true });
session.decodeRun(tokens, { logits: 'all' });
const rows = Array.from(tokens, (_, index) => Buffer.from(Float32Array.from(session.logits(index)).buffer));
writeFileSync(logitsPath, Buffer.concat(rows));
writeFileSync(
  idsPath,
  JSON.stringify({
    tokens: [...tokens],
    addsBos: session.addsBos,
    bos: session.bosToken,
    eos: session.eosToken,
    chatTemplate: session.chatTemplate,
  }),
);
session.close();
