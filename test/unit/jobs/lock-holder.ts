// A process that takes the lock of its argument and keeps it until it is killed; says `held` or the code of the refusal.
import { ExclusiveLock } from '../../../src/main/engine/jobs/exclusive-lock.ts';
import { serializeError } from '../../../src/shared/errors.ts';

const path = process.argv[2] ?? '';
try {
  const lock = await ExclusiveLock.acquire({ path, subject: 'the test' });
  process.send?.('held');
  process.on('message', () => {
    lock.release();
    process.disconnect();
  });
} catch (error) {
  process.send?.(serializeError(error).code);
  process.disconnect();
}
