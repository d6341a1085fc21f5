// The one address of our page, and which addresses may do what. Pure, so that each rule has a test.
export const PAGE_SCHEME = 'whittle-app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://app`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;
export const DEEP_LINK_SCHEME = 'whittle';

export function isOurPage(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return protocol === `${PAGE_SCHEME}:` && host === 'app';
  } catch {
    return false;
  }
}

/** The name of the file in the built page; undefined for anything that is not a plain path of ours. */
export function pageFileName(url: string): string | undefined {
  if (!isOurPage(url)) return undefined;
  try {
    const name = decodeURIComponent(new URL(url).pathname);
    return name === '/' ? '/index.html' : name;
  } catch {
    return undefined;
  }
}

/** Links that a person may follow in their own browser. */
export function isOutsideLink(url: string): boolean {
  try {
    const { protocol, username, password } = new URL(url);
    return protocol === 'https:' && username === '' && password === '';
  } catch {
    return false;
  }
}

export function isDeepLink(text: string): boolean {
  return text.startsWith(`${DEEP_LINK_SCHEME}://`) && text.length < 4096 && URL.canParse(text);
}

/** What the page may ask the browser for, each with its reason; all else is denied. */
export const PERMISSIONS: Readonly<Record<string, { readonly isAllowed: boolean; readonly reason: string }>> = {
  'clipboard-sanitized-write': { isAllowed: true, reason: 'Copy a chart, a command, an answer.' },
  'clipboard-read': { isAllowed: false, reason: 'Pasting needs no permission.' },
  media: { isAllowed: false, reason: 'No camera, no microphone.' },
  geolocation: { isAllowed: false, reason: 'Not used.' },
  notifications: { isAllowed: false, reason: 'The main process notifies.' },
  fullscreen: { isAllowed: false, reason: 'The menu does.' },
  openExternal: { isAllowed: false, reason: 'Links go through the call openLink.' },
  hid: { isAllowed: false, reason: 'Not used.' },
  usb: { isAllowed: false, reason: 'Not used.' },
  serial: { isAllowed: false, reason: 'Not used.' },
  midi: { isAllowed: false, reason: 'Not used.' },
  fileSystem: { isAllowed: false, reason: 'The engine reads and writes files.' },
};

export function mayUse(permission: string, url: string): boolean {
  const entry = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission] : undefined;
  return entry?.isAllowed === true && isOurPage(url);
}
