// Standard output: one place, so that a closed pipe (`| head`) is no error and everything is written before the process ends.

let isClosed = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isClosed = true;
});

export function writeOut(text: string): void {
  if (!isClosed) process.stdout.write(text);
}

export function closeOutput(): Promise<void> {
  return new Promise((resolve) => {
    if (isClosed) resolve();
    else process.stdout.write('', () => resolve());
  });
}
