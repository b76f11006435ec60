import { type ErrorCode, errorTable } from './error-table.ts';

export type { ErrorCode };

/**
 * The one error class of the product. The wire side does not throw: it returns faults as values.
 * `code` is a row of the error table; `context` names what it was about (never patient names, values or secrets).
 */
export class LisError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, context: Record<string, unknown> = {}, cause?: unknown) {
    super(describe(code, context), cause === undefined ? undefined : { cause });
    this.name = 'LisError';
    this.code = code;
    this.context = context;
  }

  /** HTTP status of the table's row. */
  get status(): number {
    return errorTable[this.code].status;
  }
}

/** The table's message with `{name}` replaced from the context. */
export function describe(code: ErrorCode, context: Record<string, unknown> = {}): string {
  return errorTable[code].message.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(context[name] ?? '?'));
}

export function isLisError(thrown: unknown, code?: ErrorCode): thrown is LisError {
  return thrown instanceof LisError && (code === undefined || thrown.code === code);
}
