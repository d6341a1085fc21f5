// `whittle chat`: reads prompts from the terminal, or one from stdin, and streams the answers.
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import type { CallInput, CallOutput } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Progress } from '../../../shared/progress.ts';
import type { ChatPiece } from '../../engine/chat/chat-session.ts';
import type { ChatMessage } from '../../engine/chat/render-chat.ts';
import type { OpenChat } from '../../engine/workbench.ts';
import type { CliCommand } from '../command-table.ts';
import { parseCount, parseNumber } from '../flag-values.ts';
import { writeOut } from '../output.ts';
import { Shell } from '../shell.ts';

interface ChatFlags {
  readonly system?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly ctx?: number;
}

export const chatCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<model>', 'a path, a library id, or demo')
      .option('--system <text>', 'a system prompt')
      .option('--temperature <t>', '0: always the likeliest token (default: 0)', parseNumber('--temperature'))
      .option('--max-tokens <n>', 'longest answer (default: 512)', parseCount('--max-tokens'))
      .option('--ctx <n>', "tokens of the conversation (default: the model's, at most 4096)", parseCount('--ctx'))
      .addHelpText('after', examples)
      .action(async (model: string, flags: ChatFlags) => {
        const shell = new Shell(command, interruption);
        const system: ChatMessage[] = flags.system === undefined ? [] : [{ role: 'system', content: flags.system }];
        const isConversation = process.stdin.isTTY === true && !shell.settings.json;
        const inputOf = (messages: readonly ChatMessage[]) => chatInput(shell, model, flags, messages);
        if (isConversation) return await converse(shell, system, inputOf);
        const prompt = (await readAll(process.stdin)).trim();
        if (prompt === '')
          throw new WorkbenchError('BAD_USAGE', 'there is no prompt on stdin; write one into the pipe');
        const input = inputOf([...system, { role: 'user', content: prompt }]);
        const result = await shell.call('chat', input, showPiece(shell));
        shell.print(result, () => '\n');
        if (!shell.settings.json) shell.note(describeSpeed(result));
      });
  },
};

const examples = `
Examples:
  $ whittle chat demo
  $ echo "What is the capital of Portugal?" | whittle chat demo
  $ echo "What is the capital of Portugal?" | whittle chat demo --json
Ctrl-D or an empty line ends the conversation.`;

function chatInput(
  shell: Shell,
  model: string,
  { temperature, maxTokens, ctx }: ChatFlags,
  messages: readonly ChatMessage[],
): CallInput<'chat'> {
  const { seed } = shell.settings;
  return {
    model,
    messages: [...messages],
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(ctx === undefined ? {} : { contextSize: ctx }),
    ...(seed === undefined ? {} : { seed }),
    ...shell.device,
  };
}

/** Streams the answer to stdout, unless one JSON document is to stand there. */
function showPiece({ settings }: Shell): (progress: Progress) => void {
  return ({ partial }) => {
    if (partial !== undefined && !settings.json) writeOut((partial as ChatPiece).text);
  };
}

/** The model stays loaded from the first question to the last. */
async function converse(
  shell: Shell,
  system: readonly ChatMessage[],
  inputOf: (messages: readonly ChatMessage[]) => CallInput<'chat'>,
): Promise<void> {
  const workbench = await shell.openWorkbench();
  using closing = new DisposableStack();
  let chat: OpenChat | undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' });
  const messages = [...system];
  // In raw mode the terminal reads Ctrl-C as a key; it shall mean what it means everywhere else.
  terminal.on('SIGINT', () => {
    process.kill(process.pid, 'SIGINT');
    terminal.close();
  });
  let isOpen = true;
  terminal.on('close', () => {
    isOpen = false;
  });
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() === '') break;
    messages.push({ role: 'user', content: line });
    const input = inputOf(messages);
    chat ??= closing.use(await shell.withProgress((context) => workbench.openChat(input, context)));
    const { answer } = chat;
    const result = await shell.withProgress((context) => answer(input, context), showPiece(shell));
    messages.push({ role: 'assistant', content: result.answer });
    writeOut('\n');
    shell.note(describeSpeed(result));
    if (isOpen) terminal.prompt();
  }
  terminal.close();
  if (shell.signal.aborted) throw new WorkbenchError('CANCELLED', 'the conversation was ended');
}

function describeSpeed(result: CallOutput<'chat'>): string {
  const { promptTokenCount, generatedTokenCount, promptTokensPerSecond, generatedTokensPerSecond } = result;
  const read = `read ${promptTokenCount} tokens at ${Math.round(promptTokensPerSecond)}/s`;
  return `(${read}, wrote ${generatedTokenCount} at ${Math.round(generatedTokensPerSecond)}/s)`;
}
