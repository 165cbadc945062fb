import { pino } from 'pino';
import type { Logger } from '../../src/ports/logger.ts';
import type { Settings } from './settings.ts';

/** Standard error, so that results and events on standard output stay clean. */
const STDERR = 2;

/** @returns a logger that writes JSON lines to stderr at once, so that nothing is lost when the process ends. */
export function createLogger(level: Settings['logLevel']): Logger {
  const log = pino({ level, base: null }, pino.destination({ dest: STDERR, sync: true }));
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}
