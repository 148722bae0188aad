#!/usr/bin/env node
// The command `entente`. Plain JavaScript that any Node from 20 on can read: it finds Node 24, builds what is not
// built, and hands over to apps/cli.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(checkout, 'dist', 'apps', 'cli', 'main.js');
const built = join(checkout, 'dist', '.built');
const NODE = 24;
const { env } = process; // read here and in libs/core/config.ts alone

if (Number.parseInt(process.versions.node, 10) < NODE) handOver();
else await run();

/** Runs this file again on the Node 24 that npm installed, as a child whose signals and end are ours. */
function handOver() {
  // The platform package itself: `.bin/node` is a link that npm does not make everywhere.
  const node = join(checkout, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (!existsSync(node)) {
    fail(
      `Entente runs on Node ${NODE}; this is ${process.version}, and npm has no Node ${NODE} package for ` +
        `${process.platform}-${process.arch} here. Run \`npm ci\`, or install Node ${NODE} from https://nodejs.org.`,
    );
  }
  if ((statSync(node).mode & 0o111) === 0) chmodSync(node, 0o755);
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...env, ENTENTE_HANDED_OVER: '1' },
  });
  // Ctrl-C reaches the child by itself, being of the same group.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + system.signals[signal]));
}

async function run() {
  await buildIfStale();
  if (process.argv[2] === 'build') return; // for npm scripts: built, and not by two at once
  // npm and the hand-over wait for us and are waited for by the terminal: if one is killed, we must not go on unseen.
  if (env.npm_execpath || env.ENTENTE_HANDED_OVER) endWithParent();
  await import(command);
}

function endWithParent() {
  const begun = lineage();
  setInterval(() => {
    if (lineage() !== begun) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** Our parent, and its parent too if ours is only the shell in which npm runs a script. */
function lineage() {
  const parent = process.ppid;
  try {
    if (!readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0').includes('-c')) return `${parent}`;
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8'); // pid (name) state ppid ...
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return `${parent}`; // no /proc: a macOS shell hands its process over to the script
  }
}

async function buildIfStale() {
  if (!isStale()) return;
  if (!mayWrite(checkout)) {
    fail(`dist/ is older than the sources, and this user may not write in ${checkout}: its owner builds it.`);
  }
  const { DatabaseSync } = await import('node:sqlite');
  const file = join(checkout, 'node_modules', '.entente-build.lock');
  try {
    // Two commands begun together must not build into the same folder: the second waits, and then finds it built.
    const lock = new DatabaseSync(file, { timeout: 60_000 });
    lock.exec('pragma journal_mode = memory; begin exclusive');
    if (isStale()) build();
    lock.close();
  } catch (error) {
    fail(`dist/ is to be built, but ${file} cannot be locked: ${error.message}`);
  }
}

function build() {
  console.error('entente: building dist/ from the sources');
  const nest = join(checkout, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  if (!existsSync(nest))
    fail('dist/ is not built and the build tools are not installed. Run `npm ci` first.');
  const begun = new Date();
  const result = spawnSync(process.execPath, [nest, 'build'], { cwd: checkout, encoding: 'utf8' });
  if (result.status !== 0) fail(`The build failed:\n${result.stdout}${result.stderr}`);
  writeFileSync(built, ''); // the last file written: without it a build that was killed would pass for a whole one
  utimesSync(built, begun, begun);
}

function mayWrite(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** True if a source, or a folder that has gained or lost one, is younger than the build. */
function isStale() {
  if (!existsSync(join(checkout, 'apps'))) return false; // an image holds dist/ alone
  const when = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const code = ['apps', 'libs', 'migrations', join('test', 'bench'), join('test', 'mutants')];
  const sources = [...code, 'package.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'];
  return sources.some((name) => isYounger(join(checkout, name), when));
}

function isYounger(path, when) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false; // removed since it was listed
  if (found.mtimeMs > when) return true;
  return found.isDirectory() && readdirSync(path).some((name) => isYounger(join(path, name), when));
}

function fail(message) {
  console.error(`entente: ${message}`);
  process.exit(1);
}
