// Toasts: only for results of something that was left behind; everything else is said in its place.
import { notifications } from '@mantine/notifications';
import { errorWords } from './error-words.ts';

export function showNotice(message: string, title?: string): void {
  notifications.show({ message, ...(title === undefined ? {} : { title }), color: 'accent', autoClose: 6000 });
}

export function showError(error: unknown): void {
  const { title, message } = errorWords(error);
  notifications.show({ title, message, color: 'var(--bad)', autoClose: 12_000 });
}
