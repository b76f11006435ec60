import { takeAsked } from '../first/asked.ts';

/** What the server refused, with its code of the error table; `status` 0: the server was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

const signOutListeners = new Set<() => void>();

/** Called when the server says the session is over. Returns how to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  signOutListeners.add(listener);
  return () => signOutListeners.delete(listener);
}

/** A path with its query: what is undefined or empty is left out. */
export function address(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function refusal(response: Response): Promise<ApiError> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  const parts = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code = typeof parts.code === 'string' ? parts.code : `HTTP_${response.status}`;
  const message = typeof parts.message === 'string' ? parts.message : response.statusText;
  return new ApiError(response.status, code, message, parts.details);
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...request });
  } catch {
    throw new ApiError(0, 'CONNECTION_LOST', 'The server does not answer');
  }
  if (!response.ok) {
    const error = await refusal(response);
    if (response.status === 401 && path !== '/api/session') for (const tell of signOutListeners) tell();
    throw error;
  }
  return response;
}

function parse<T>(text: string): T {
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function get<T>(path: string, query?: Query): Promise<T> {
  const asked = await takeAsked(address(path, query));
  return asked === undefined ? call<T>('GET', path, query) : parse<T>(asked);
}

async function call<T>(method: string, path: string, query?: Query, body?: unknown): Promise<T> {
  const response = await reach(address(path, query), {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return read<T>(response);
}

async function read<T>(response: Response): Promise<T> {
  return parse<T>(await response.text());
}

export const api = {
  get,
  post: <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, undefined, body),
  put: <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, undefined, body),
  /** A file as the body. */
  send: async <T>(path: string, body: Blob, type: string): Promise<T> =>
    read<T>(await reach(path, { method: 'POST', headers: { 'content-type': type }, body })),
  /** The answer as a file of the wanted type. */
  file: async (path: string, query: Query, accept: string): Promise<Blob> =>
    (await reach(address(path, query), { headers: { accept } })).blob(),
  delete: <T>(path: string): Promise<T> => call<T>('DELETE', path),
};

/** Path segment of an id that other systems chose. */
export const seg = (id: string): string => encodeURIComponent(id);

export const asApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError ? thrown : new ApiError(0, 'INTERNAL', String(thrown));
