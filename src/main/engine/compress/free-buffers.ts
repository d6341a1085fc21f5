// Gives memory back at once: the collector would wait while matrices of hundreds of megabytes pile up.

/** The views must not be used again; some of them may share their memory. */
export function freeBuffers(views: readonly NodeJS.ArrayBufferView[]): void {
  for (const buffer of new Set(views.map((view) => view.buffer))) {
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
