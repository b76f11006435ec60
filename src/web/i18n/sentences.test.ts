import { describe, expect, it } from 'vitest';
import { sentencesOf } from './sentences.ts';

const { say, has } = sentencesOf({ nav: { held: 'Đang giữ' }, foot: { waiting: '{{n}} chờ, {{n}} của {{who}}' } });

describe('sentences of a language', () => {
  it('are found by their dotted key', () => {
    expect(say('nav.held')).toBe('Đang giữ');
    expect(has('nav.held')).toBe(true);
  });

  it('take in what they are given, as it stands, as often as it is named', () => {
    expect(say('foot.waiting', { n: 3, who: '<b>$1</b>' })).toBe('3 chờ, 3 của <b>$1</b>');
    expect(say('foot.waiting', { n: 0 })).toBe('0 chờ, 0 của ');
  });

  it('that are missing, or not a sentence, are said by their key', () => {
    expect(say('nav.none')).toBe('nav.none');
    expect(say('nav')).toBe('nav');
    expect(has('nav')).toBe(false);
    expect(say('constructor')).toBe('constructor');
  });
});
