// The command line: picks the command's file by name, runs it, and turns its end into an exit status.
// Only the file of the command that was asked for is loaded, so that `--help` is quick.
import { Command, CommanderError } from 'commander';
import { exitStatusOf, serializeError, WorkbenchError } from '../../shared/errors.ts';
import { engineVersion } from '../engine/engine-version.ts';
import { commandTable } from './command-table.ts';
import { addCommonOptions } from './common-options.ts';
import { Interruption } from './interruption.ts';
import { closeOutput, writeOut } from './output.ts';
import { formatErrorDocument, formatErrorLine } from './report-error.ts';

/** Runs one command line and ends the process with its status: 0 done, 2 bad usage or input, 1 failed, 130 cancelled. */
export async function main(args: readonly string[]): Promise<void> {
  const interruption = new Interruption();
  let status = 0;
  try {
    const program = await buildProgram(args, interruption);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    status = reportFailure(error, args, interruption);
  }
  await closeOutput();
  process.exit(status);
}

async function buildProgram(args: readonly string[], interruption: Interruption): Promise<Command> {
  const program = new Command('whittle');
  program
    .description('Compress local language models (GGUF) and measure what they lost.')
    .version(engineVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeOut: (text) => writeOut(text), writeErr: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', programExamples);
  addCommonOptions(program);
  const wanted = wantedCommand(args);
  for (const entry of commandTable) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
    if (entry.name !== wanted) continue;
    const { configure } = await entry.load();
    configure(command, interruption);
  }
  return program;
}

/** The first argument that names a command; `help NAME` names it too. */
function wantedCommand(args: readonly string[]): string | undefined {
  return args.find((argument) => commandTable.some((entry) => entry.name === argument));
}

const programExamples = `
Examples:
  $ whittle inspect demo
  $ whittle compress demo small.gguf --quantize Q4_K_M
  $ whittle kick small.gguf --task factoid-qa
  $ whittle sweep demo --types Q8_0,Q4_K_M,Q2_K --methods wanda --sparsities 0.3,0.5
  $ whittle report demo-report

A model is a path, the id of a model in the library, or demo: the embedded one. whittle COMMAND --help shows more.`;

function reportFailure(error: unknown, args: readonly string[], interruption: Interruption): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const plain = serializeError(interruption.explain(usageError(error)));
  process.stderr.write(formatErrorLine(plain));
  if (args.includes('--verbose') && plain.stack !== undefined) process.stderr.write(`${plain.stack}\n`);
  if (args.includes('--json')) writeOut(formatErrorDocument(plain));
  return exitStatusOf(plain.code);
}

/** Commander's complaints, in our form. */
function usageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const text = error.code === 'commander.help' ? 'no command was named' : error.message.replace(/^error: /, '');
  return new WorkbenchError('BAD_USAGE', `${text}; \`whittle --help\` lists commands and flags`, {}, error);
}
