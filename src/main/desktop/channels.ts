// Names of the messages between preload and main process.
export const CHANNELS = {
  call: 'whittle:call',
  event: 'whittle:event',
  subscribe: 'whittle:subscribe',
  unsubscribe: 'whittle:unsubscribe',
  allow: 'whittle:allow',
} as const;
