import { useMemo, useState } from 'react';
import { useAnalytes } from '../api/queries.ts';
import type { Analyte } from '../api/types.ts';
import { fold } from '../app/search.ts';
import { useWords } from '../i18n/i18n.ts';
import { Picker } from './picker.tsx';

interface Props {
  readonly id?: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly onPick: (code: string) => void;
  readonly onEnter?: () => void;
  readonly describedBy?: string | undefined;
  readonly exclude?: ReadonlySet<string>;
}

const mostShown = 12;

/** Search analytes by code or name, without diacritics; the field is empty again after a choice. */
export function AnalytePicker({ exclude, onPick, ...rest }: Props) {
  const { nameOf } = useWords();
  const { data: analytes = [] } = useAnalytes();
  const [text, setText] = useState('');
  const found = useMemo(() => findAnalytes(analytes, text, exclude), [analytes, text, exclude]);
  return (
    <Picker
      {...rest}
      text={text}
      onText={setText}
      choices={found.map((analyte) => ({
        id: analyte.code,
        label: (
          <>
            <b className="mono">{analyte.code}</b> {nameOf(analyte.name, analyte.code)}{' '}
            <span className="faint">{analyte.unit}</span>
          </>
        ),
      }))}
      onPick={(code) => {
        setText('');
        onPick(code);
      }}
    />
  );
}

/** Best first: the code itself, codes that begin so, names that begin so, then any that contain it. */
function findAnalytes(
  analytes: readonly Analyte[],
  typed: string,
  exclude: ReadonlySet<string> = new Set(),
): readonly Analyte[] {
  const sought = fold(typed.trim());
  if (sought === '') return [];
  const ranked: { readonly analyte: Analyte; readonly rank: number }[] = [];
  for (const analyte of analytes) {
    if (exclude.has(analyte.code)) continue;
    const texts = [fold(analyte.code), fold(analyte.name.vi), fold(analyte.name.en)];
    const rank =
      texts[0] === sought
        ? 0
        : texts[0]?.startsWith(sought)
          ? 1
          : texts.some((each) => each.startsWith(sought))
            ? 2
            : 3;
    if (rank < 3 || texts.some((each) => each.includes(sought))) ranked.push({ analyte, rank });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostShown)
    .map((each) => each.analyte);
}
