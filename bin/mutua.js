#!/usr/bin/env node
// Starts the command line on a Node that is new enough. This file is plain JavaScript that Node 18 can parse: it is the
// only one that runs on whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 24;
const EXIT_NO_RUNTIME = 78;
const SIGNAL_EXIT_BASE = 128;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COMPILE_CACHE = join(root, 'node_modules', '.cache', 'compile');

/** The built entry where there is one (the published package), else the sources (a checkout). */
function findEntry() {
  const built = join(root, 'dist', 'nodes', 'cli', 'main.js');
  return existsSync(built) ? built : join(root, 'nodes', 'cli', 'main.ts');
}

/** The Node that `npm ci` put beside us, in this package's node_modules or in one above it. */
function findPinnedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', `node-${system}-${process.arch}`, 'bin', program);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Ends the way the child ended: its exit code, or 128 + the number of the signal, as a shell reports it. */
function copyExit(code, signal) {
  process.exitCode = code === null ? SIGNAL_EXIT_BASE + (constants.signals[signal] || 0) : code;
}

function runOn(node) {
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
  const child = spawn(node, [findEntry(), ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'SIGUSR2']) {
    if (signal in constants.signals) process.on(signal, () => child.kill(signal));
  }
  child.on('exit', copyExit);
  child.on('error', (error) => {
    console.error(`mutua could not start ${node}: ${error.message}`);
    process.exitCode = EXIT_NO_RUNTIME;
  });
}

/** A checkout's TypeScript is stripped and compiled once, not at every command. Where the folder cannot be written nothing is kept. */
async function keepCompiled() {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(process.env.NODE_COMPILE_CACHE || COMPILE_CACHE);
}

const isNewEnough = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN;
const pinnedNode = isNewEnough ? undefined : findPinnedNode();

if (isNewEnough) {
  await keepCompiled();
  await import(pathToFileURL(findEntry()).href);
} else if (pinnedNode !== undefined) {
  runOn(pinnedNode);
} else {
  console.error(
    `mutua needs Node ${NODE_MAJOR_MIN} or newer and this is ${process.versions.node}: install it from https://nodejs.org, then run the same command again.`,
  );
  process.exitCode = EXIT_NO_RUNTIME;
}
