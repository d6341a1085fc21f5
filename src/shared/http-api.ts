// How the page talks to the browser twin. The desktop has the same through its preload.

/** POST `{name, input}` -> 200 `{output}` or 4xx/5xx `{error: {code, message, details}}`. */
export const CALL_PATH = '/api/call';
/** Server-sent events; each `data` is a WindowEvent, each `id` is `epoch:sequence`, read back from Last-Event-ID or `?last=`. */
export const EVENTS_PATH = '/api/events';
/** PUT or POST the raw bytes to `?name=FILE.gguf` -> 200 `{path}`, to be given to `addFiles`. Progress: the request's own. */
export const UPLOAD_PATH = '/api/upload';
