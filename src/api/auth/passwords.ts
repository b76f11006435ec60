import { hash, verify } from '@node-rs/argon2';
import { LisError } from '../../errors.ts';
import { commonPasswords, commonWords } from './common-passwords.ts';

const shortest = 12;
const longest = 256;

/**
 * Check a new password: 12 characters or more, not one that is tried first, without the user name.
 * Throws USER_PASSWORD_WEAK with `detail` in words. (NIST SP 800-63B 5.1.1.2: length and a list, no character classes.)
 */
export function requireGoodPassword(username: string, password: string): void {
  const text = password.normalize('NFC').toLowerCase();
  const weak = (detail: string): never => {
    throw new LisError('USER_PASSWORD_WEAK', { detail });
  };
  if ([...text].length < shortest) weak(`shorter than ${shortest} characters`);
  if (password.length > longest) weak(`longer than ${longest} characters`);
  if (text.includes(username.toLowerCase())) weak('it contains the user name');
  if (isCommon(text)) weak('it is one of those that are tried first');
}

/** Common: in the list, a common word with figures around it, one piece repeated, or a run along the keyboard. */
function isCommon(text: string): boolean {
  const plain = withoutMarks(text);
  if (commonPasswords.has(text) || commonPasswords.has(plain)) return true;
  const word = plain.replaceAll(/^[^a-z]+|[^a-z]+$/g, '');
  if (commonWords.has(word) || commonWords.has(lettersFor(plain).replaceAll(/[^a-z]/g, ''))) return true;
  return /^(.{1,6})\1+.{0,5}$/u.test(text) || isRun(plain);
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd');
}

const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

function lettersFor(text: string): string {
  return [...text].map((letter) => lookalikes[letter] ?? letter).join('');
}

const rows = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const runs = [...rows, ...rows.map((row) => [...row].reverse().join(''))];

/** Nothing but steps along keyboard rows, alphabet or digits, at most two breaks. */
function isRun(text: string): boolean {
  let breaks = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (!runs.some((row) => row.includes(text.slice(at - 1, at + 1)))) breaks += 1;
  }
  return breaks <= 2;
}

/** Argon2id with the parameters of OWASP (19 MiB, 2 passes, 1 lane), in a thread of its own. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'));
}

/** Whether a password fits a stored hash. */
export async function passwordFits(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, password.normalize('NFC'));
  } catch {
    return false;
  }
}

let nobody: Promise<string> | undefined;

/** Spend the time a check takes where there is no such user, so that the answer's time does not tell which names exist. */
export async function spendCheck(password: string): Promise<void> {
  nobody ??= hashPassword('nobody has this password');
  await passwordFits(await nobody, password);
}
