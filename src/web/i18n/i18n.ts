import { useSyncExternalStore } from 'react';
import type { ApiError } from '../api/client.ts';
import type { Names } from '../api/types.ts';
import { readLanguage, rememberLanguage } from '../first/language.ts';
import type { Locale } from '../format/numbers.ts';
import { sentencesOf } from './sentences.ts';

export type Say = (key: string, words?: Readonly<Record<string, string | number>>) => string;

export interface Words {
  readonly t: Say;
  readonly locale: Locale;
  /** The name of a catalogue entry in the language shown. */
  readonly nameOf: (names: Names | undefined, otherwise: string) => string;
  /** Words of a key that may not exist (codes that grow); `otherwise` when it does not. */
  readonly known: (key: string, otherwise: string) => string;
  /** What a refusal means to a person. */
  readonly why: (error: ApiError) => string;
}

const read = new Map<Locale, Words>();
const watchers = new Set<() => void>();
let shown: Words | undefined;

/** Reads a language where it has not been read, and shows the page in it. Rejects when its file is not to be had. */
export async function startLanguage(language: Locale): Promise<void> {
  const words = read.get(language) ?? wordsOf(language, await readLanguage(language));
  read.set(language, words);
  shown = words;
  document.documentElement.lang = language;
  for (const tell of watchers) tell();
}

/** Show the page in this language, now and when it is opened again. Rejects when its file is not to be had. */
export async function chooseLanguage(language: Locale): Promise<void> {
  await startLanguage(language);
  rememberLanguage(language);
}

export function useWords(): Words {
  return useSyncExternalStore(watch, wordsShown);
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

function wordsShown(): Words {
  if (shown === undefined) throw new Error('nothing is shown before a language was read');
  return shown;
}

/** The sections a refusal is about, in the language shown (AUTH_SECTION). */
function sectionIn(details: unknown, locale: Locale): { section: string } | undefined {
  const names = typeof details === 'object' && details !== null && 'names' in details ? details.names : undefined;
  if (typeof names !== 'object' || names === null || !('vi' in names) || !('en' in names)) return undefined;
  return { section: String(names[locale]) };
}

function wordsOf(locale: Locale, tree: object): Words {
  const { say, has } = sentencesOf(tree);
  return {
    t: say,
    locale,
    known: (key, otherwise) => (has(key) ? say(key) : otherwise),
    nameOf: (names, otherwise) => names?.[locale] || names?.vi || otherwise,
    why: (error) => {
      const key = `errors.${error.code}`;
      return has(key) ? say(key, sectionIn(error.details, locale)) : say('errors.unknown', { message: error.message });
    },
  };
}
