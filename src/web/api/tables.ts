import { api, type Query } from './client.ts';

/** Tables as files, chosen by `Accept`. */
export const tableTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export type TableForm = keyof typeof tableTypes;

/** Fetch a list as a table and hand it to the person as a file. Throws ApiError. */
export async function saveTable(path: string, query: Query, form: TableForm, name: string): Promise<void> {
  const file = await api.file(path, query, tableTypes[form]);
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.${form}`;
  link.click();
  URL.revokeObjectURL(address);
}
