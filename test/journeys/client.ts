/** An answer of the product, read as JSON where it is. */
export interface Answer {
  readonly status: number;
  /** As read: tests check it key by key. */
  readonly body: ReturnType<typeof JSON.parse>;
  readonly text: string;
  readonly headers: Headers;
}

/** A caller of the HTTP side, with its credentials. */
export interface Client {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** The headers that carry who asks. */
  readonly credentials: Readonly<Record<string, string>>;
}

export function client(url: string, credentials: Readonly<Record<string, string>> = {}): Client {
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: json ? JSON.parse(text) : null, text, headers: response.headers };
  }
  return {
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body, headers) => ask('POST', path, body, headers),
    put: (path, body) => ask('PUT', path, body),
    delete: (path) => ask('DELETE', path),
    credentials,
  };
}

/** Sign in with a password; the client carries the session cookie. */
export async function signedIn(url: string, username: string, password: string): Promise<Client> {
  const answer = await client(url).post('/api/session', { username, password });
  if (answer.status !== 200) throw new Error(`sign-in of ${username}: ${answer.status} ${answer.text}`);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return client(url, { cookie });
}
