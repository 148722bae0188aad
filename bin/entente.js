#!/usr/bin/env node
// The command `entente`. Plain JavaScript that any Node from 20 on can read: it finds Node 24, builds what is not
// built, and hands over to apps/cli.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(checkout, 'dist', 'apps', 'cli', 'main.js');
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
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

async function run() {
  await buildIfStale();
  if (process.argv[2] === 'build') return; // for npm scripts: built, and not by two at once
  // npm and the hand-over wait for us and are waited for by the terminal: if one is killed, we must not go on unseen.
  if (env.npm_execpath || env.ENTENTE_HANDED_OVER) endWithParent();
  await import(command);
}

function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

async function buildIfStale() {
  if (!isStale()) return;
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
  console.log('entente: building dist/ from the sources');
  const nest = join(checkout, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  if (!existsSync(nest))
    fail('dist/ is not built and the build tools are not installed. Run `npm ci` first.');
  const result = spawnSync(process.execPath, [nest, 'build'], { cwd: checkout, encoding: 'utf8' });
  if (result.status === 0 && existsSync(command)) return;
  rmSync(command, { force: true }); // or the next start would take half a build for a whole one
  fail(`The build failed:\n${result.stdout}${result.stderr}`);
}

/** True if a source, or a folder that has gained or lost one, is younger than the build. */
function isStale() {
  if (!existsSync(command)) return true;
  const built = statSync(command).mtimeMs;
  const sources = ['apps', 'libs', 'migrations', 'package.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'];
  return sources.some((name) => isYounger(join(checkout, name), built));
}

function isYounger(path, built) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false; // an image holds dist/ alone
  if (found.mtimeMs > built) return true;
  return found.isDirectory() && readdirSync(path).some((name) => isYounger(join(path, name), built));
}

function fail(message) {
  console.error(`entente: ${message}`);
  process.exit(1);
}
