import { execFile } from 'node:child_process';
import { chown, lstat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isRoot, makeDirectory } from './directories.js';

export interface Account {
  uid: number;
  gid: number;
}

/**
 * Makes the directory that the account of the server owns and returns that account, undefined if it is our own. A
 * directory that is there keeps its account: PostgreSQL refuses data of another owner, and a user called postgres may
 * have appeared since.
 */
export async function accountDirectory(path: string): Promise<Account | undefined> {
  await makeDirectory(path);
  if (!isRoot()) return undefined;
  const { uid, gid } = await lstat(path);
  if (uid !== 0) return { uid, gid };
  const account = await ordinaryAccount();
  await chown(path, account.uid, account.gid);
  return account;
}

/** An account that exists: PostgreSQL looks its user up and ends if there is none. */
async function ordinaryAccount(): Promise<Account> {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([identity('-u', name), identity('-g', name)]);
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody to run it as. ' +
      'Start as an ordinary user, or name a server of your own in DATABASE_URL.',
  );
}

const identity = (flag: '-u' | '-g', name: string): Promise<number | undefined> =>
  promisify(execFile)('id', [flag, name]).then(
    ({ stdout }) => Number(stdout),
    () => undefined,
  );
