import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { encodingExists, getDecoder } from 'iconv-lite';
import { detect } from 'jschardet';

/** What is looked at to tell what a file is. */
const LOOKED_AT = 64 * 1024;

/** The beginning of a file, for its heading. */
export async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** @throws Error for an encoding there is none of */
export function checkEncoding(name: string): void {
  const known: boolean = encodingExists(name);
  if (!known) throw new Error(`No encoding is called ${name}.`);
}

/**
 * A file as text, piece by piece. What is not UTF-8 is not guessed at: a wrong guess would be stored as other names.
 * @param told called with the bytes that were read
 * @throws Error at bytes that the encoding has not
 */
export async function* textOf(
  path: string,
  encoding: string,
  told: (bytes: number) => void,
): AsyncGenerator<string> {
  const decode = isUtf8(encoding) ? utf8Of(path) : otherOf(path, encoding);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    told(chunk.length);
    yield decode(chunk);
  }
  yield decode();
}

/** Decodes the next bytes, or what is left of them at the end. */
type Decode = (chunk?: Buffer) => string;

const isUtf8 = (encoding: string): boolean => /^utf-?8$/i.test(encoding);

function utf8Of(path: string): Decode {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let last: Buffer = Buffer.alloc(0);
  return (chunk) => {
    last = chunk ?? last;
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw notUtf8(path, last);
    }
  };
}

function otherOf(path: string, encoding: string): Decode {
  const decoder = getDecoder(encoding);
  return (chunk) => {
    const text = chunk ? decoder.write(chunk) : (decoder.end() ?? '');
    if (text.includes('\ufffd')) throw new Error(`${path} is not ${encoding}.`);
    return text;
  };
}

/** @param bytes some that are not UTF-8: what they look like is told, and not taken for it */
function notUtf8(path: string, bytes: Buffer): Error {
  const { encoding } = detect(bytes.subarray(0, LOOKED_AT));
  const guess = encoding && !isUtf8(encoding) && encoding !== 'ascii' ? encoding : null;
  const advice = guess ? `It looks like ${guess}` : 'Say what it is';
  return new Error(`${path} is not UTF-8. ${advice}: --encoding ${guess ?? 'cp949, shift_jis, gb18030...'}`);
}
