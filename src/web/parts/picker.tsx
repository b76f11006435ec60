import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/i18n.ts';
import './picker.css';

export interface Choice {
  readonly id: string;
  readonly label: ReactNode;
}

interface Props {
  readonly id?: string;
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly choices: readonly Choice[];
  readonly onPick: (id: string) => void;
  /** Enter with nothing to pick: on to the next field. */
  readonly onEnter?: () => void;
  readonly placeholder?: string;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean | undefined;
  /** A scan belongs into this field. */
  readonly scan?: boolean;
}

/** A field with what fits what was typed below it: arrows move, Enter picks, Escape closes (ARIA combobox). */
export function Picker(props: Props) {
  const { label, text, choices, onText, onPick, onEnter } = props;
  const { t } = useWords();
  const own = useId();
  const id = props.id ?? own;
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const shown = open && text.trim() !== '' && choices.length > 0;
  const active = Math.min(at, choices.length - 1);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const pick = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    setOpen(false);
    setAt(0);
    onPick(choice.id);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setAt(Math.max(0, Math.min(active + (event.key === 'ArrowDown' ? 1 : -1), choices.length - 1)));
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (shown) pick(choices[active]);
      else onEnter?.();
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div className="picker">
      <input
        id={id}
        className="input"
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown ? `${id}-${active}` : undefined}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        placeholder={props.placeholder}
        autoComplete="off"
        spellCheck={false}
        {...(props.scan === true ? { 'data-scan': '' } : {})}
        value={text}
        onChange={(event) => {
          setAt(0);
          setOpen(true);
          onText(event.target.value);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id={`${id}-list`}
        className="picker-list"
        role="listbox"
        aria-label={t('common.suggestions')}
        hidden={!shown}
      >
        {shown &&
          choices.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
            <div
              key={choice.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              // The field keeps the focus: a blur would close the list before the click.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(choice)}
            >
              {choice.label}
            </div>
          ))}
      </div>
    </div>
  );
}
