import { type ReactNode, useId } from 'react';

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
  readonly className?: string;
  /** Gives the control its id and what describes it. */
  readonly children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode;
}

/** A label above its control, a hint or what is wrong below. */
export function Field({ label, hint, wrong, className, children }: Props) {
  const id = useId();
  const below = wrong ?? hint;
  return (
    <div className={className === undefined ? 'field' : `field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(below === undefined ? {} : { 'aria-describedby': `${id}-below` }),
        ...(wrong === undefined ? {} : { 'aria-invalid': true }),
      })}
      {below !== undefined && (
        <span id={`${id}-below`} className={wrong === undefined ? 'small faint' : 'small wrong'}>
          {below}
        </span>
      )}
    </div>
  );
}
