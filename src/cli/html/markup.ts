/** Builds HTML. Every text is escaped, because names and values come from other people. */
import { oneLine } from '../format';

/** Text that is HTML already. */
export class Html {
  constructor(readonly html: string) {}
}

type Part = Html | string | number | false | undefined | readonly Part[];

/** The template with its parts: texts are escaped, and `false` and undefined are nothing. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((text, i) => text + htmlOf(parts[i])).join(''));

function htmlOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.html;
  return typeof part === 'object' ? part.map(htmlOf).join('') : escapeHtml(String(part));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, and those that change the direction of text, are replaced by a space. */
const escapeHtml = (text: string): string =>
  oneLine(text.toWellFormed()).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
