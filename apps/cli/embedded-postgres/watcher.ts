import { spawn } from 'node:child_process';

/**
 * A few words of shell that outlive this process if it is killed: their standard input ends with us, and then they
 * stop the server (fast if its data is kept, at once if not) and remove a throw-away one. In a session of its own, so
 * that no signal to our group reaches it.
 */
const WATCH = `read -r _
if [ "$3" = kept ]; then exec kill -INT "$1"; fi
kill -QUIT "$1"
tries=0
while [ -e "$2/cluster/data/postmaster.pid" ] && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf -- "$2"`;

export interface Watcher {
  /** Resolves when the shell is gone. */
  dismiss(): Promise<void>;
}

export function watch(server: number, directory: string, durable: boolean): Watcher {
  const words = [String(server), directory, durable ? 'kept' : 'thrown-away'];
  const shell = spawn('/bin/sh', ['-c', WATCH, 'entente-watcher', ...words], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  const gone = new Promise<void>((resolve) =>
    shell.once('error', () => resolve()).once('exit', () => resolve()),
  );
  return {
    dismiss: () => {
      shell.ref();
      shell.kill('SIGKILL');
      return gone;
    },
  };
}
