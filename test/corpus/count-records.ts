/**
 * Records that bear a value, counted with regular expressions and nothing of the product, so that a driver that drops a
 * record can't hide it.
 */
export function countValueRecords(raw: Uint8Array, protocol: string): number {
  const text = Buffer.from(raw).toString('latin1');
  if (protocol === 'hl7v2') return countObx(text);
  if (protocol === 'blocks') return countFields(text);
  return protocol === 'astm' ? countResults(text) : countPrintedValues(text);
}

/** OBX of result messages with something in OBX-5. */
function countObx(text: string): number {
  let count = 0;
  let results = false;
  let field = '|';
  for (const line of text.split(/[\r\n\u000b\u001c]+/)) {
    if (line.startsWith('MSH')) {
      field = line[3] ?? '|';
      results = /ORU|OUL/.test(line);
    } else if (results && line.startsWith(`OBX${field}`) && (line.split(field)[5] ?? '').trim() !== '') count += 1;
  }
  return count;
}

/** Fields of bioMerieux that bear a value, in words or a number. */
function countFields(text: string): number {
  return [...text.matchAll(/\u001eq[ln][^|\u001e]/g)].length;
}

/** R records with something in the fourth field, framing taken away. */
function countResults(text: string): number {
  const framed = [...text.matchAll(/\u0002([0-7]?)([^\u0002\u0003\u0017]*)/g)];
  const joined = framed.length > 0 ? framed.map((match) => match[2] ?? '').join('') : text;
  let count = 0;
  let field = '|';
  for (const line of joined.split(/[\r\n]+/)) {
    const record = line.trimStart();
    if (/^H[^A-Za-z0-9\s]/.test(record)) field = record[1] ?? '|';
    else if (record.startsWith(`R${field}`) && (record.split(field)[3] ?? '').trim() !== '') count += 1;
  }
  return count;
}

/** Lines of a printout with a name, a number, perhaps a mark and a unit; ranges and the temperature are none. */
function countPrintedValues(text: string): number {
  const value = /^\s*(?!Measured)[A-Za-z][A-Za-z0-9+()/-]*\s{2,}[<>]?\d+(\.\d+)?[\^v]?(\s+(?!-)\S+)?\s*$/;
  return text.split(/[\r\n]+/).filter((line) => value.test(line)).length;
}
